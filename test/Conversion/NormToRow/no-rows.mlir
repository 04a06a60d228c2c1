// RUN: seednorm-opt %s --convert-norm-to-row | FileCheck %s

// Samples without rows: a group has one row at least, or the program could be
// printed but not be read.

// CHECK-LABEL: func @no_rows
// CHECK:         row.program ins(%{{.+}} : tensor<2x0x8xf32> by row, %{{.+}} : tensor<2x8xf32> by group 1, %{{.+}} : tensor<2x8xf32> by group 1)
func.func @no_rows(%x: tensor<2x0x8xf32>, %scale: tensor<2x8xf32>, %shift: tensor<2x8xf32>) -> tensor<2x0x8xf32> {
  %y = norm.modulate %x, %scale, %shift statistics layer_norm eps 1.0e-5
      : tensor<2x0x8xf32>, tensor<2x8xf32>
  return %y : tensor<2x0x8xf32>
}
