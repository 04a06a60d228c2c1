// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @rms_norm
// CHECK: row.program ins(%{{.*}} : tensor<?x64xbf16> by row, %{{.*}} : tensor<64xf32> shared) outs(%{{.*}} : tensor<?x64xbf16> by row) {
// CHECK: ^bb0(%{{.*}}: vector<64xbf16>, %{{.*}}: vector<64xf32>):
// CHECK: row.yield %{{.*}} : vector<64xbf16>
func.func @rms_norm(%x: tensor<?x64xbf16>, %gamma: tensor<64xf32>, %init: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %y = row.program ins(%x : tensor<?x64xbf16> by row, %gamma : tensor<64xf32> shared)
      outs(%init : tensor<?x64xbf16> by row) {
  ^bb0(%xv: vector<64xbf16>, %g: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %x32 = arith.extf %xv : vector<64xbf16> to vector<64xf32>
    %square = arith.mulf %x32, %x32 : vector<64xf32>
    %sum = vector.multi_reduction <add>, %square, %zero [0] : vector<64xf32> to f32
    %shifted = arith.addf %sum, %eps : f32
    %r = math.rsqrt %shifted : f32
    %spread = vector.broadcast %r : f32 to vector<64xf32>
    %scaled = arith.mulf %x32, %spread : vector<64xf32>
    %product = arith.mulf %scaled, %g : vector<64xf32>
    %y16 = arith.truncf %product : vector<64xf32> to vector<64xbf16>
    row.yield %y16 : vector<64xbf16>
  }
  return %y : tensor<?x64xbf16>
}

// All accesses, a scalar slice, a slice of several dimensions, two results.
// CHECK-LABEL: func @accesses
// CHECK: tensor<2x?x4x8xf32> by row
// CHECK-SAME: tensor<?x4x8xf32> by group 3
// CHECK-SAME: tensor<5x4xf32> by cycle 5
// CHECK-SAME: tensor<2x?xf32> by row
// CHECK-SAME: outs(%{{.*}} : tensor<2x?x4x8xf32> by row, %{{.*}} : tensor<4x8xf32> summed) attributes {note = "kept"} {
func.func @accesses(%x: tensor<2x?x4x8xf32>, %group: tensor<?x4x8xf32>, %cycle: tensor<5x4xf32>, %scale: tensor<2x?xf32>,
                    %y0: tensor<2x?x4x8xf32>, %s0: tensor<4x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<4x8xf32>) {
  %y:2 = row.program
      ins(%x : tensor<2x?x4x8xf32> by row, %group : tensor<?x4x8xf32> by group 3, %cycle : tensor<5x4xf32> by cycle 5, %scale : tensor<2x?xf32> by row)
      outs(%y0 : tensor<2x?x4x8xf32> by row, %s0 : tensor<4x8xf32> summed) attributes {note = "kept"} {
  ^bb0(%xv: vector<4x8xf32>, %gv: vector<4x8xf32>, %c: vector<4xf32>, %s: f32):
    %column = vector.shape_cast %c : vector<4xf32> to vector<4x1xf32>
    %heads = vector.broadcast %column : vector<4x1xf32> to vector<4x8xf32>
    %scaled = vector.broadcast %s : f32 to vector<4x8xf32>
    %0 = arith.addf %xv, %gv : vector<4x8xf32>
    %1 = arith.mulf %0, %heads : vector<4x8xf32>
    %2 = arith.mulf %1, %scaled : vector<4x8xf32>
    row.yield %2, %1 : vector<4x8xf32>, vector<4x8xf32>
  }
  return %y#0, %y#1 : tensor<2x?x4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @buffers
// CHECK: row.program ins(%{{.*}} : memref<?x8xf32> by row) outs(%{{.*}} : memref<?x8xf32> by row) schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = late>)
func.func @buffers(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32> by row) outs(%y : memref<?x8xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = late>) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return
}

// The first, or the last, of the rows' dimensions.
// CHECK-LABEL: func @dimensions
// CHECK: ins(%{{.*}} : tensor<?x8xf32> by group, %{{.*}} : tensor<?x?x8xf32> by row, %{{.*}} : tensor<?xf32> by cycle)
func.func @dimensions(%x: tensor<?x?x8xf32>, %g: tensor<?x8xf32>, %c: tensor<?xf32>)
    -> tensor<?x?x8xf32> {
  %y = row.program
      ins(%g : tensor<?x8xf32> by group, %x : tensor<?x?x8xf32> by row, %c : tensor<?xf32> by cycle)
      outs(%x : tensor<?x?x8xf32> by row) {
  ^bb0(%s: vector<8xf32>, %v: vector<8xf32>, %f: f32):
    row.yield %v : vector<8xf32>
  }
  return %y : tensor<?x?x8xf32>
}

// Outputs that rows have in common; along dimensions that they lack they are summed as well.
// CHECK-LABEL: func @summed
// CHECK: outs(%{{.*}} : tensor<8xf32> summed, %{{.*}} : tensor<4x1xbf16> added, %{{.*}} : tensor<f32> summed, %{{.*}} : tensor<?x4x8xf32> summed by group 3,
// CHECK-SAME: %{{.*}} : tensor<2x4x8xf16> added by cycle 2, %{{.*}} : tensor<5x4x8xf32> summed by group)
func.func @summed(%x: tensor<5x?x4x8xf32>, %0: tensor<8xf32>, %1: tensor<4x1xbf16>, %2: tensor<f32>, %3: tensor<?x4x8xf32>,
                  %4: tensor<2x4x8xf16>, %5: tensor<5x4x8xf32>) {
  row.program ins(%x : tensor<5x?x4x8xf32> by row)
      outs(%0 : tensor<8xf32> summed, %1 : tensor<4x1xbf16> added, %2 : tensor<f32> summed, %3 : tensor<?x4x8xf32> summed by group 3,
           %4 : tensor<2x4x8xf16> added by cycle 2, %5 : tensor<5x4x8xf32> summed by group) {
  ^bb0(%v: vector<4x8xf32>):
    row.yield %v, %v, %v, %v, %v, %v : vector<4x8xf32>, vector<4x8xf32>, vector<4x8xf32>, vector<4x8xf32>, vector<4x8xf32>, vector<4x8xf32>
  }
  return
}
