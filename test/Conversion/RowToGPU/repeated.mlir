// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse | FileCheck %s

// The kernel takes the operand itself and stages no more than that.
// CHECK-LABEL: gpu.func @within_rows0
// CHECK-SAME:    memref<128xf32> {{.*}}, %[[G:[^:]+]]: memref<16xf32> {
// CHECK-SAME:    workgroup(%[[STAGED:.+]] : memref<16xf32, #gpu.address_space<workgroup>>
// CHECK:         arith.cmpi ult, %{{.*}}, %c4 : index
// CHECK:         vector.load %[[G]]
// CHECK:         gpu.barrier
// CHECK:         %[[FIRST:.+]] = arith.remui %{{.*}}, %c16
// CHECK:         vector.load %[[STAGED]][%[[FIRST]]] {alignment = 16 : i64} : {{.*}}, vector<4xf32>
func.func @within(%x: memref<?x8x16xf32>, %g: memref<16xf32>, %y: memref<?x8x16xf32>) {
  row.program ins(%x : memref<?x8x16xf32> by row, %g : memref<16xf32> shared)
      outs(%y : memref<?x8x16xf32> by row) {
  ^bb0(%xv: vector<8x16xf32>, %gv: vector<8x16xf32>):
    %0 = arith.mulf %xv, %gv : vector<8x16xf32>
    row.yield %0 : vector<8x16xf32>
  }
  return
}

// Chunks that straddle repetitions are read element by element.
// CHECK-LABEL: gpu.func @straddling_rows0
// CHECK-SAME:    memref<24xf32> {{.*}}, %{{[^:]+}}: memref<3xf32> {
// CHECK:         gpu.barrier
// CHECK:         arith.remui %{{.*}}, %c3
// CHECK-COUNT-4: memref.load %{{.*}} : memref<3xf32, #gpu.address_space<workgroup>>
// CHECK:         vector.from_elements {{.*}} vector<4xf32>
func.func @straddling(%x: memref<?x8x3xf32>, %g: memref<3xf32>, %y: memref<?x8x3xf32>) {
  row.program ins(%x : memref<?x8x3xf32> by row, %g : memref<3xf32> shared)
      outs(%y : memref<?x8x3xf32> by row) {
  ^bb0(%xv: vector<8x3xf32>, %gv: vector<8x3xf32>):
    %0 = arith.mulf %xv, %gv : vector<8x3xf32>
    row.yield %0 : vector<8x3xf32>
  }
  return
}
