// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// Chunks stay within one repetition: each is a vector of the operand.
// CHECK-LABEL: func @within
// CHECK-SAME:      %{{.*}}: memref<?x8x16xf32>, %[[G:.+]]: memref<16xf32>
// CHECK:         %[[VIEW:.+]] = memref.reinterpret_cast %[[G]] {{.*}} sizes: [16], strides: [1]
// CHECK:         scf.for %[[COLUMN:.+]] = %c0 to %c128 step %c8
// CHECK:           %[[FIRST:.+]] = arith.remui %[[COLUMN]], %c16
// CHECK:           vector.load %[[VIEW]][%[[FIRST]]] : {{.*}}, vector<8xf32>
func.func @within(%x: memref<?x8x16xf32>, %g: memref<16xf32>, %y: memref<?x8x16xf32>) {
  row.program ins(%x : memref<?x8x16xf32> by row, %g : memref<16xf32> shared)
      outs(%y : memref<?x8x16xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8x16xf32>, %gv: vector<8x16xf32>):
    %0 = arith.mulf %xv, %gv : vector<8x16xf32>
    row.yield %0 : vector<8x16xf32>
  }
  return
}

// Chunks that straddle repetitions are read element by element.
// CHECK-LABEL: func @straddling
// CHECK:         scf.for %[[COLUMN:.+]] = %c0 to %c24 step %c8
// CHECK:           %[[E0:.+]] = arith.remui %[[COLUMN]], %c3
// CHECK:           memref.load %{{.*}}[%[[E0]]]
// CHECK:           %[[C1:.+]] = arith.addi %[[COLUMN]], %c1
// CHECK:           %[[E1:.+]] = arith.remui %[[C1]], %c3
// CHECK:           memref.load %{{.*}}[%[[E1]]]
// CHECK-COUNT-6:   memref.load
// CHECK:           vector.from_elements {{.*}} vector<8xf32>
func.func @straddling(%x: memref<?x8x3xf32>, %g: memref<3xf32>, %y: memref<?x8x3xf32>) {
  row.program ins(%x : memref<?x8x3xf32> by row, %g : memref<3xf32> shared)
      outs(%y : memref<?x8x3xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<8x3xf32>, %gv: vector<8x3xf32>):
    %0 = arith.mulf %xv, %gv : vector<8x3xf32>
    row.yield %0 : vector<8x3xf32>
  }
  return
}

// Long repetitions get a loop each, so that no chunk straddles two.
// CHECK-LABEL: func @segments
// CHECK:         scf.for %[[PART:.+]] = %c0 to %c144 step %c36
// CHECK-NOT:       memref.load
// CHECK:           vector.load {{.*}} vector<8xf32>
// CHECK-NOT:       memref.load
// CHECK:           vector.load {{.*}} vector<4xf32>
// CHECK-NOT:       memref.load
// CHECK:         return
func.func @segments(%x: memref<?x4x36xf32>, %g: memref<36xf32>, %y: memref<?x4x36xf32>) {
  row.program ins(%x : memref<?x4x36xf32> by row, %g : memref<36xf32> shared)
      outs(%y : memref<?x4x36xf32> by row) schedule(#schedule) {
  ^bb0(%xv: vector<4x36xf32>, %gv: vector<4x36xf32>):
    %0 = arith.mulf %xv, %gv : vector<4x36xf32>
    row.yield %0 : vector<4x36xf32>
  }
  return
}
