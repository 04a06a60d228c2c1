// RUN: seednorm-opt %s --split-input-file --row-schedule=target=gpu --convert-row-to-gpu --verify-diagnostics | FileCheck %s

// A kernel takes the strides that only the host knows; of dense operands none.
// Without alignment, accesses are those of single elements.
// CHECK-LABEL: gpu.func @apart_rows0
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: memref<8xf32> {{{.*}}llvm.align = 16{{.*}}}, %{{[a-z0-9]+}}: memref<8xf32> {{{.*}}}, %[[S0:[a-z0-9]+]]: index, %[[S1:[a-z0-9]+]]: index, %{{[a-z0-9]+}}: index)
// CHECK:         arith.remui
// CHECK:         arith.divui
// CHECK-NOT:     vector.load
// CHECK:         memref.load
// CHECK-LABEL: func @apart
// CHECK:         %{{.*}}, %{{.*}}, %{{.*}}:3, %[[S:.*]]:3 = memref.extract_strided_metadata
// CHECK:         gpu.launch_func @kernels::@apart_rows0
// CHECK-SAME:      args(%{{.*}} : memref<8xf32>, %{{.*}} : memref<8xf32>, %[[S]]#0 : index, %[[S]]#1 : index, %{{.*}} : index)
func.func @apart(%x: memref<?x3x8xf32, strided<[?, ?, 1]>>, %y: memref<?x3x8xf32>) {
  row.program ins(%x : memref<?x3x8xf32, strided<[?, ?, 1]>> by row)
      outs(%y : memref<?x3x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

// What callers vouch for allows wider ones.
// CHECK-LABEL: gpu.func @aligned_rows0
// CHECK:         vector.load %{{.*}} {alignment = 8 : i64, nontemporal = true} : {{.*}}, vector<2xf32>
func.func @aligned(%x: memref<?x8xf32, strided<[?, 1]>> {row.alignment = 8 : i64}, %y: memref<?x8xf32>) {
  row.program ins(%x : memref<?x8xf32, strided<[?, 1]>> by row)
      outs(%y : memref<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

func.func @too_wide(%x: memref<?x8xf32, strided<[?, 1]>> {row.alignment = 8 : i64}, %y: memref<?x8xf32>) {
  // expected-error @below {{expects 'vector' to be at most 2, as the alignment of its operands has it, but got 4}}
  row.program ins(%x : memref<?x8xf32, strided<[?, 1]>> by row)
      outs(%y : memref<?x8xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = late>) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

func.func @gaps(%x: memref<?x8xf32, strided<[16, 2]>>, %y: memref<?x8xf32>) {
  // expected-error @below {{expects the slices of each operand to be dense, but 'memref<?x8xf32, strided<[16, 2]>>' leaves gaps in slices of 'vector<8xf32>'}}
  row.program ins(%x : memref<?x8xf32, strided<[16, 2]>> by row)
      outs(%y : memref<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return
}

// -----

// expected-error @below {{expects 'row.alignment' to be a power of two of type i64, but got 12 : i64}}
func.func private @no_power(memref<8xf32> {row.alignment = 12 : i64})

// -----

// expected-error @below {{has an argument with unknown attribute 'row.aligned'}}
func.func private @unknown(memref<8xf32> {row.aligned = 16 : i64})
