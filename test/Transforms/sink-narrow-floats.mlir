// RUN: seednorm-opt %s --sink-narrow-floats | FileCheck %s

// Both blocks get a bitcast of their own, once each; f32 stays.
// CHECK-LABEL: llvm.func @two_uses
// CHECK-SAME:    (%[[BITS:.+]]: vector<16xi16>, %[[WORDS:.+]]: vector<16xi32>,
// CHECK-NEXT:    %[[WIDE:.+]] = llvm.bitcast %[[WORDS]] : vector<16xi32> to vector<16xf32>
// CHECK-NEXT:    llvm.cond_br
// CHECK-NEXT:  ^bb1:
// CHECK-NEXT:    %[[FIRST:.+]] = llvm.bitcast %[[BITS]] : vector<16xi16> to vector<16xbf16>
// CHECK-NEXT:    llvm.store %[[FIRST]]
// CHECK-NEXT:    llvm.store %[[FIRST]]
// CHECK-NEXT:    llvm.store %[[WIDE]]
// CHECK:       ^bb2:
// CHECK-NEXT:    %[[SECOND:.+]] = llvm.bitcast %[[BITS]]
// CHECK-NEXT:    llvm.store %[[SECOND]]
llvm.func @two_uses(%bits: vector<16xi16>, %words: vector<16xi32>, %p: !llvm.ptr, %q: !llvm.ptr, %c: i1) {
  %value = llvm.bitcast %bits : vector<16xi16> to vector<16xbf16>
  %wide = llvm.bitcast %words : vector<16xi32> to vector<16xf32>
  llvm.cond_br %c, ^bb1, ^bb2
^bb1:
  llvm.store %value, %p : vector<16xbf16>, !llvm.ptr
  llvm.store %value, %q : vector<16xbf16>, !llvm.ptr
  llvm.store %wide, %q : vector<16xf32>, !llvm.ptr
  llvm.br ^bb3
^bb2:
  llvm.store %value, %p : vector<16xbf16>, !llvm.ptr
  llvm.br ^bb3
^bb3:
  llvm.return
}

// What is no bitcast gets one; a constant stays what it is.
// CHECK-LABEL: llvm.func @loaded
// CHECK:         %[[ZERO:.+]] = llvm.mlir.constant
// CHECK-NEXT:    %[[VALUE:.+]] = llvm.load
// CHECK-NEXT:    %[[BITS:.+]] = llvm.bitcast %[[VALUE]] : f16 to i16
// CHECK:       ^bb1:
// CHECK-NEXT:    %[[AGAIN:.+]] = llvm.bitcast %[[BITS]] : i16 to f16
// CHECK-NEXT:    llvm.store %[[AGAIN]]
// CHECK-NEXT:    llvm.store %[[ZERO]]
llvm.func @loaded(%p: !llvm.ptr, %q: !llvm.ptr) {
  %zero = llvm.mlir.constant(0.0 : f16) : f16
  %value = llvm.load %p : !llvm.ptr -> f16
  llvm.br ^bb1
^bb1:
  llvm.store %value, %q : f16, !llvm.ptr
  llvm.store %zero, %p : f16, !llvm.ptr
  llvm.return
}

// What goes past the caches is of integers.
// CHECK-LABEL: llvm.func @streamed
// CHECK-NEXT:    %[[BITS:.+]] = llvm.bitcast %{{.*}} : vector<32xf16> to vector<32xi16>
// CHECK-NEXT:    llvm.store %[[BITS]], {{.*}}nontemporal} : vector<32xi16>
// CHECK-NEXT:    llvm.store %{{.*}} : vector<32xf16>
// CHECK-NEXT:    llvm.store {{.*}}nontemporal} : vector<16xf32>
llvm.func @streamed(%q: !llvm.ptr, %half: vector<32xf16>, %wide: vector<16xf32>) {
  llvm.store %half, %q {alignment = 64 : i64, nontemporal} : vector<32xf16>, !llvm.ptr
  llvm.store %half, %q : vector<32xf16>, !llvm.ptr
  llvm.store %wide, %q {alignment = 64 : i64, nontemporal} : vector<16xf32>, !llvm.ptr
  llvm.return
}
