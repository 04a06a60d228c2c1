// RUN: seednorm-opt %s --convert-parallel-to-pool | FileCheck %s

// CHECK-NOT: seednorm_parallel_for

// The pool counts in ones.
// CHECK-LABEL: func.func @step
// CHECK:         scf.parallel
func.func @step(%x: memref<?xf32>, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c2) {
    memref.store %s, %x[%i] : memref<?xf32>
    scf.reduce
  }
  return
}

// CHECK-LABEL: func.func @two_dimensions
// CHECK:         scf.parallel
func.func @two_dimensions(%x: memref<?x?xf32>, %n: index, %s: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %n) step (%c1, %c1) {
    memref.store %s, %x[%i, %j] : memref<?x?xf32>
    scf.reduce
  }
  return
}

// The order of a reduction over threads would depend on their number.
// CHECK-LABEL: func.func @reduction
// CHECK:         scf.parallel
func.func @reduction(%x: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.parallel (%i) = (%c0) to (%n) step (%c1) init (%zero) -> f32 {
    %v = memref.load %x[%i] : memref<?xf32>
    scf.reduce(%v : f32) {
    ^bb0(%lhs: f32, %rhs: f32):
      %s = arith.addf %lhs, %rhs : f32
      scf.reduce.return %s : f32
    }
  }
  return %sum : f32
}
