// RUN: seednorm-opt %s --convert-norm-to-row --canonicalize --cse | FileCheck %s

// How operands lie beside rows becomes an access: a slice of a sample serves a
// group of rows, that of a head of the input every H-th row.

// Rows of a sample share a slice, 3 of them; 12 where two dimensions are behind the
// sample's. A slice for each row is taken by row, one for all is shared.
// CHECK-LABEL: func @samples
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x3x8xbf16> by row, %{{[a-z0-9]+}} : tensor<8xf32> shared, %{{[a-z0-9]+}} : tensor<?x8xbf16> by group 3)
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x3x8xbf16> by row, %{{[a-z0-9]+}} : tensor<?x3x8xf32> by row)
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x3x4x8xbf16> by row, %{{[a-z0-9]+}} : tensor<?x8xbf16> by group 12)
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x3x8xbf16> by row, %{{[a-z0-9]+}} : tensor<8xf32> shared)
func.func @samples(%x: tensor<?x3x8xbf16>, %a: tensor<8xf32>, %s: tensor<?x8xbf16>, %each: tensor<?x3x8xf32>, %x4: tensor<?x3x4x8xbf16>)
    -> (tensor<?x3x8xbf16>, tensor<?x3x8xbf16>, tensor<?x3x4x8xbf16>, tensor<?x3x8xbf16>) {
  %0 = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<8xf32>, tensor<?x8xbf16>
  %1 = norm.modulate %x, %each, %each statistics rms_norm eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<?x3x8xf32>
  %2 = norm.modulate %x4, %s, %s statistics rms_norm eps 1.0e-5 : tensor<?x3x4x8xbf16>, tensor<?x8xbf16>
  %3 = norm.modulate %x, %a, %a statistics rms_norm eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<8xf32>
  return %0, %1, %2, %3 : tensor<?x3x8xbf16>, tensor<?x3x8xbf16>, tensor<?x3x4x8xbf16>, tensor<?x3x8xbf16>
}

// The sum is rounded to its type before the norm sees it, and is a result.
// CHECK-LABEL: func @modulate
// CHECK: %[[R:.+]]:2 = row.program ins(%{{[a-z0-9]+}} : tensor<?x3x8xf16> by row, %{{[a-z0-9]+}} : tensor<?x8xf32> by group 3, %{{[a-z0-9]+}} : tensor<?x3x8xf16> by row, %{{[a-z0-9]+}} : tensor<8xf32> shared) outs(%{{[a-z0-9]+}} : tensor<?x3x8xf16> by row, %{{[a-z0-9]+}} : tensor<?x3x8xf16> by row)
// CHECK: ^bb0(%[[X:.+]]: vector<8xf16>, %[[S:.+]]: vector<8xf32>, %[[OLD:.+]]: vector<8xf16>, %[[GATE:.+]]: vector<8xf32>):
// CHECK: %[[GATED:.+]] = arith.mulf %[[GATE]], %{{.+}} : vector<8xf32>
// CHECK: %[[SUM:.+]] = arith.addf %{{.+}}, %[[GATED]] : vector<8xf32>
// CHECK: %[[ROUNDED:.+]] = arith.truncf %[[SUM]] : vector<8xf32> to vector<8xf16>
// CHECK: %[[H:.+]] = arith.extf %[[ROUNDED]]
// CHECK: arith.mulf %[[H]], %[[H]]
// CHECK: row.yield %{{.+}}, %[[ROUNDED]] : vector<8xf16>, vector<8xf16>
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @modulate(%x: tensor<?x3x8xf16>, %s: tensor<?x8xf32>, %r: tensor<?x3x8xf16>, %g: tensor<8xf32>)
    -> (tensor<?x3x8xf16>, tensor<?x3x8xf16>) {
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x8xf16>) gate(%g : tensor<8xf32>) statistics rms_norm eps 1.0e-5
      : tensor<?x3x8xf16>, tensor<?x8xf32>
  return %y, %h : tensor<?x3x8xf16>, tensor<?x3x8xf16>
}

// Llama's order rounds in the middle; a result of f32 is not rounded again; depth is
// one factor.
// CHECK-LABEL: func @by_head
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x3x8xbf16> by row, %{{[a-z0-9]+}} : tensor<3x8xf32> by cycle 3) outs(%{{[a-z0-9]+}} : tensor<?x3x8xf32> by row)
// CHECK-DAG: %[[HALF:.+]] = arith.constant dense<5.000000e-01> : vector<8xf32>
// CHECK: %[[N:.+]] = arith.truncf %{{.+}} : vector<8xf32> to vector<8xbf16>
// CHECK: %[[N32:.+]] = arith.extf %[[N]]
// CHECK: %[[SCALED:.+]] = arith.mulf %{{.+}}, %[[N32]]
// CHECK: %[[Y:.+]] = arith.mulf %[[SCALED]], %[[HALF]]
// CHECK-NEXT: row.yield %[[Y]] : vector<8xf32>
func.func @by_head(%x: tensor<?x3x8xbf16>, %g: tensor<3x8xf32>) -> tensor<?x3x8xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 casting_mode llama depth 4 : tensor<?x3x8xbf16>, tensor<3x8xf32> -> tensor<?x3x8xf32>
  return %y : tensor<?x3x8xf32>
}

// A group is a row of two channels; every third row is of the same channels.
// CHECK-LABEL: func @groups
// CHECK: %[[X:.+]] = tensor.expand_shape %{{.+}} : tensor<?x6x5xf32> into tensor<?x3x2x5xf32>
// CHECK: %[[G:.+]] = tensor.expand_shape %{{.+}} : tensor<6xf32> into tensor<3x2xf32>
// CHECK: %[[Y:.+]] = row.program ins(%[[X]] : tensor<?x3x2x5xf32> by row, %[[G]] : tensor<3x2xf32> by cycle 3)
// CHECK: ^bb0(%{{.+}}: vector<2x5xf32>, %{{.+}}: vector<2xf32>):
// CHECK: vector.multi_reduction <add>, %{{.+}} : vector<10xf32> to f32
// CHECK: tensor.collapse_shape %[[Y]]
func.func @groups(%x: tensor<?x6x5xf32>, %g: tensor<6xf32>) -> tensor<?x6x5xf32> {
  %y = norm.group_norm %x gamma(%g : tensor<6xf32>) groups 3 eps 1.0e-5 : tensor<?x6x5xf32>
  return %y : tensor<?x6x5xf32>
}

// A channel is a row; with one group all channels are, and share their parameters.
// CHECK-LABEL: func @instance_and_one_group
// CHECK: row.program ins(%{{[a-z0-9_]+}} : tensor<?x6x1x5xf32> by row, %{{[a-z0-9_]+}} : tensor<6x1xf32> by cycle 6)
// CHECK: row.program ins(%{{[a-z0-9_]+}} : tensor<?x6x5xf32> by row, %{{[a-z0-9_]+}} : tensor<6xf32> shared)
func.func @instance_and_one_group(%x: tensor<?x6x5xf32>, %g: tensor<6xf32>) -> (tensor<?x6x5xf32>, tensor<?x6x5xf32>) {
  %0 = norm.instance_norm %x gamma(%g : tensor<6xf32>) eps 1.0e-5 : tensor<?x6x5xf32>
  %1 = norm.group_norm %x gamma(%g : tensor<6xf32>) groups 1 eps 1.0e-5 : tensor<?x6x5xf32>
  return %0, %1 : tensor<?x6x5xf32>, tensor<?x6x5xf32>
}

// Two heads of four columns each.
// CHECK-LABEL: func @head_scale
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf32> by row, %{{[a-z0-9]+}} : tensor<2xf32> shared)
// CHECK: vector.broadcast %{{.+}} : vector<2x1xf32> to vector<2x4xf32>
func.func @head_scale(%x: tensor<?x8xf32>, %s: tensor<2xf32>) -> tensor<?x8xf32> {
  %y = norm.head_scale %x, %s : tensor<?x8xf32>, tensor<2xf32>
  return %y : tensor<?x8xf32>
}
