// RUN: seednorm-opt %s --convert-parallel-to-pool --split-input-file | FileCheck %s
// RUN: seednorm-opt %s --convert-parallel-to-pool --canonicalize \
// RUN:     --convert-scf-to-cf --expand-strided-metadata --lower-affine \
// RUN:     --finalize-memref-to-llvm --convert-arith-to-llvm \
// RUN:     --convert-cf-to-llvm --convert-func-to-llvm \
// RUN:     --reconcile-unrealized-casts --split-input-file \
// RUN:   | FileCheck %s --check-prefix=LLVM

// LLVM-NOT:   unrealized_conversion_cast
// LLVM:       llvm.call @seednorm_parallel_for
// LLVM-NOT:   unrealized_conversion_cast

// The type of a memref says all but its address; views by constants are made
// again of the memory that they show, which is captured once.
// CHECK-LABEL: func.func @views(
// CHECK:         llvm.alloca %{{.*}} x !llvm.struct<(ptr)>
// CHECK-LABEL: func.func private @views_rows0(
// CHECK:         %[[POINTER:.+]] = llvm.load
// CHECK-NOT:     llvm.load
// CHECK:         llvm.insertvalue %[[POINTER]], %{{.*}}[1]
// CHECK:         %[[X:.+]] = builtin.unrealized_conversion_cast %{{.*}} to memref<64xf32>
// CHECK-DAG:     memref.reinterpret_cast %[[X]] to offset: [0]
// CHECK-DAG:     memref.reinterpret_cast %[[X]] to offset: [32]
func.func @views(%x: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %a = memref.reinterpret_cast %x to offset: [0], sizes: [32], strides: [1] : memref<64xf32> to memref<32xf32, strided<[1]>>
  %b = memref.reinterpret_cast %x to offset: [32], sizes: [32], strides: [1] : memref<64xf32> to memref<32xf32, strided<[1], offset: 32>>
  scf.parallel (%i) = (%c0) to (%c32) step (%c1) {
    %v = memref.load %a[%i] : memref<32xf32, strided<[1]>>
    memref.store %v, %b[%i] : memref<32xf32, strided<[1], offset: 32>>
    scf.reduce
  }
  return
}

// -----

// What the type leaves open: here the offset, a size and a stride.
// CHECK-LABEL: func.func @open(
// CHECK:         llvm.alloca %{{.*}} x !llvm.struct<(ptr, i64, i64, i64)>
// CHECK:         %[[WHOLE:.+]] = builtin.unrealized_conversion_cast %arg0
// CHECK-DAG:     llvm.extractvalue %[[WHOLE]][1]
// CHECK-DAG:     llvm.extractvalue %[[WHOLE]][2]
// CHECK-DAG:     llvm.extractvalue %[[WHOLE]][3, 0]
// CHECK-DAG:     llvm.extractvalue %[[WHOLE]][4, 0]
// CHECK-LABEL: func.func private @open_rows0(
// CHECK:         %[[POINTER:.+]] = llvm.load
// CHECK:         %[[OFFSET:.+]] = llvm.load
// CHECK:         %[[SIZE:.+]] = llvm.load
// CHECK:         %[[STRIDE:.+]] = llvm.load
// CHECK:         llvm.insertvalue %[[POINTER]], %{{.*}}[0]
// CHECK:         llvm.insertvalue %[[POINTER]], %{{.*}}[1]
// CHECK:         llvm.insertvalue %[[OFFSET]], %{{.*}}[2]
// CHECK:         llvm.insertvalue %[[SIZE]], %{{.*}}[3, 0]
// CHECK:         %[[EIGHT:.+]] = llvm.mlir.constant(8 : index)
// CHECK:         llvm.insertvalue %[[EIGHT]], %{{.*}}[3, 1]
// CHECK:         llvm.insertvalue %[[STRIDE]], %{{.*}}[4, 0]
// CHECK:         %[[ONE:.+]] = llvm.mlir.constant(1 : index)
// CHECK:         llvm.insertvalue %[[ONE]], %{{.*}}[4, 1]
func.func @open(%x: memref<?x8xf32, strided<[?, 1], offset: ?>>) {
  %s = arith.constant 1.0 : f32
  %n = arith.constant 4 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    memref.store %s, %x[%i, %c0] : memref<?x8xf32, strided<[?, 1], offset: ?>>
    scf.reduce
  }
  return
}

// -----

// Memory begins elsewhere than its elements, where whoever frees it needs it;
// a memref without rank is a struct of its own.
// CHECK-LABEL: func.func @whole(
// CHECK:         llvm.alloca %{{.*}} x !llvm.struct<(struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>, struct<(i64, ptr)>)>
// CHECK-LABEL: func.func private @whole_rows0(
// CHECK-NOT:     llvm.insertvalue
// CHECK:         memref.dealloc
func.func @whole(%x: memref<8xf32>, %y: memref<*xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    memref.dealloc %x : memref<8xf32>
    memref.dealloc %y : memref<*xf32>
    scf.reduce
  }
  return
}
