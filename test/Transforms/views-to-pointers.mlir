// RUN: seednorm-opt %s --views-to-pointers | FileCheck %s
// RUN: seednorm-opt %s --views-to-pointers --finalize-memref-to-llvm \
// RUN:     --convert-scf-to-cf --convert-vector-to-llvm --convert-arith-to-llvm \
// RUN:     --convert-cf-to-llvm --convert-func-to-llvm \
// RUN:     --reconcile-unrealized-casts --canonicalize --cse \
// RUN:   | FileCheck %s --check-prefix=LLVM

// The address of a row is made before the loop over its columns, where nothing
// is added to a column but the constants between vectors.
// CHECK-LABEL: func @row
// CHECK-SAME:      %[[X:[^:]+]]: memref<?x64xf32>, %[[I:[^:]+]]: index
// CHECK:         %[[BEGIN:.+]] = arith.muli %[[I]]
// CHECK:         %[[WHOLE:.+]] = builtin.unrealized_conversion_cast %[[X]]
// CHECK:         %[[POINTER:.+]] = llvm.extractvalue %[[WHOLE]][1]
// CHECK:         %[[OFFSET:.+]] = builtin.unrealized_conversion_cast %[[BEGIN]] : index to i64
// CHECK:         %[[PLACE:.+]] = llvm.getelementptr %[[POINTER]][%[[OFFSET]]] {{.*}} f32
// CHECK:         %[[MOVED:.+]] = llvm.insertvalue %[[PLACE]], %[[WHOLE]][1]
// CHECK:         %[[MEMORY:.+]] = builtin.unrealized_conversion_cast %[[MOVED]]
// CHECK:         %[[ZERO:.+]] = arith.constant 0 : index
// CHECK:         memref.reinterpret_cast %[[MEMORY]] to offset: [%[[ZERO]]]
// LLVM-LABEL: llvm.func @row
// LLVM:         %[[ROW:.+]] = llvm.getelementptr
// LLVM:         llvm.cond_br
// LLVM:         %[[COLUMN:.+]] = llvm.getelementptr %[[ROW]][%{{.*}}]
// LLVM-NEXT:    llvm.load %[[COLUMN]]
func.func @row(%x: memref<?x64xf32>, %i: index) -> vector<8xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %begin = arith.muli %i, %c64 : index
  %row = memref.reinterpret_cast %x to offset: [%begin], sizes: [64], strides: [1]
      : memref<?x64xf32> to memref<64xf32, strided<[1], offset: ?>>
  %sum = scf.for %c = %c0 to %c64 step %c8 iter_args(%before = %zero) -> vector<8xf32> {
    %v = vector.load %row[%c] : memref<64xf32, strided<[1], offset: ?>>, vector<8xf32>
    %after = arith.addf %before, %v : vector<8xf32>
    scf.yield %after : vector<8xf32>
  }
  return %sum : vector<8xf32>
}

// Rows at constant distances have one address and the constants behind it, also
// where these are multiplied: (i + 2) * 64 + 3 is i * 64 and 131.
// LLVM-LABEL: llvm.func @distances
// LLVM-SAME:    %[[I:[^:,]+]]: i64)
// LLVM:         %[[BEGIN:.+]] = llvm.mul %[[I]]
// LLVM:         %[[FIRST:.+]] = llvm.getelementptr %{{.+}}[%[[BEGIN]]]
// LLVM:         llvm.getelementptr %[[FIRST]][131]
func.func @distances(%x: memref<?x64xf32>, %i: index)
    -> (memref<8xf32, strided<[1], offset: ?>>, memref<8xf32, strided<[1], offset: ?>>) {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %begin = arith.muli %i, %c64 : index
  %later = arith.addi %i, %c2 : index
  %row = arith.muli %later, %c64 : index
  %place = arith.addi %row, %c3 : index
  %a = memref.reinterpret_cast %x to offset: [%begin], sizes: [8], strides: [1]
      : memref<?x64xf32> to memref<8xf32, strided<[1], offset: ?>>
  %b = memref.reinterpret_cast %x to offset: [%place], sizes: [8], strides: [1]
      : memref<?x64xf32> to memref<8xf32, strided<[1], offset: ?>>
  return %a, %b : memref<8xf32, strided<[1], offset: ?>>, memref<8xf32, strided<[1], offset: ?>>
}

// An offset that is a constant, whichever, needs nothing else.
// LLVM-LABEL: llvm.func @constant
// LLVM:         llvm.getelementptr %{{.+}}[40]
// LLVM-NOT:     llvm.getelementptr
// LLVM-LABEL: llvm.func @back
// LLVM:         %[[ROW:.+]] = llvm.getelementptr
// LLVM:         llvm.getelementptr %[[ROW]][-64]
func.func @constant(%x: memref<?x8xf32>) -> memref<8xf32, strided<[1], offset: ?>> {
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  %offset = arith.muli %c5, %c8 : index
  %a = memref.reinterpret_cast %x to offset: [%offset], sizes: [8], strides: [1]
      : memref<?x8xf32> to memref<8xf32, strided<[1], offset: ?>>
  return %a : memref<8xf32, strided<[1], offset: ?>>
}
func.func @back(%x: memref<?x64xf32>, %i: index) -> memref<8xf32, strided<[1], offset: ?>> {
  %before = arith.constant -1 : index
  %c64 = arith.constant 64 : index
  %last = arith.addi %i, %before : index
  %offset = arith.muli %last, %c64 : index
  %a = memref.reinterpret_cast %x to offset: [%offset], sizes: [8], strides: [1]
      : memref<?x64xf32> to memref<8xf32, strided<[1], offset: ?>>
  return %a : memref<8xf32, strided<[1], offset: ?>>
}

// Constant offsets cost nothing, and what has no rank no address to move.
// CHECK-LABEL: func @kept
// CHECK-NOT:     llvm.getelementptr
// CHECK:         return
func.func @kept(%x: memref<64xf32>, %y: memref<*xf32>, %i: index)
    -> (memref<8xf32, strided<[1], offset: 8>>, memref<8xf32, strided<[1], offset: ?>>) {
  %a = memref.reinterpret_cast %x to offset: [8], sizes: [8], strides: [1]
      : memref<64xf32> to memref<8xf32, strided<[1], offset: 8>>
  %b = memref.reinterpret_cast %y to offset: [%i], sizes: [8], strides: [1]
      : memref<*xf32> to memref<8xf32, strided<[1], offset: ?>>
  return %a, %b : memref<8xf32, strided<[1], offset: 8>>, memref<8xf32, strided<[1], offset: ?>>
}
