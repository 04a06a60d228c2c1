// RUN: seednorm-compile %s --entry=wide --target=sm_90a --emit=ptx | FileCheck %s --check-prefix=WIDE
// RUN: seednorm-compile %s --entry=pairs --target=sm_80 --emit=ptx | FileCheck %s --check-prefix=PAIRS
// RUN: seednorm-compile %s --entry=single --target=sm_80 --emit=ptx | FileCheck %s --check-prefix=SINGLE
// RUN: seednorm-compile %s --entry=halves --target=sm_80 --emit=ptx | FileCheck %s --check-prefix=HALVES
// RUN: seednorm-compile %s --entry=wide --target=sm_90a --emit=cubin -o %t.cubin
// RUN: seednorm-compile %s --entry=wide --target=emulated --emit=llvm | FileCheck %s --check-prefix=LLVM

// Rows of f32 beside rows of bf16 take two accesses for eight columns; the
// parameter, which all rows read, has no hint.
// WIDE:         ld.global.L1::no_allocate.v4.b32 {%r{{[0-9]+}}, %r{{[0-9]+}}, %r{{[0-9]+}}, %r{{[0-9]+}}}, [%rd{{[0-9]+}}];
// WIDE:         ld.global.L1::no_allocate.v4.b32
// WIDE:         ld.global.L1::no_allocate.v4.b32
// WIDE-NOT:     no_allocate
// WIDE:         ld.global.nc.v4.b32
// WIDE-NOT:     no_allocate
// What is stored is read next by whoever runs next: no hint (docs/Architecture.md).
// WIDE:         st.global.v4.b32
// WIDE-NOT:     {{no_allocate|st.global.(cs|L)}}

// The emulator has loads.
// LLVM-COUNT-2: load {{.*}}, !nontemporal
// LLVM-NOT:     asm
func.func @wide(%x: tensor<?x256xbf16>, %r: tensor<?x256xf32>, %g: tensor<256xf32>) -> tensor<?x256xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%n) : tensor<?x256xbf16>
  %y = row.program ins(%x : tensor<?x256xbf16> by row, %r : tensor<?x256xf32> by row, %g : tensor<256xf32> shared)
      outs(%e : tensor<?x256xbf16> by row) {
  ^bb0(%xv: vector<256xbf16>, %rv: vector<256xf32>, %gv: vector<256xf32>):
    %x32 = arith.extf %xv : vector<256xbf16> to vector<256xf32>
    %h = arith.addf %x32, %rv : vector<256xf32>
    %s = arith.mulf %h, %gv : vector<256xf32>
    %y16 = arith.truncf %s : vector<256xf32> to vector<256xbf16>
    row.yield %y16 : vector<256xbf16>
  }
  return %y : tensor<?x256xbf16>
}

// PAIRS: ld.global.L1::no_allocate.v2.b32 {%r{{[0-9]+}}, %r{{[0-9]+}}}, [%rd{{[0-9]+}}];
func.func @pairs(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x6xf32>
  %e = tensor.empty(%n) : tensor<?x6xf32>
  %y = row.program ins(%x : tensor<?x6xf32> by row) outs(%e : tensor<?x6xf32> by row) {
  ^bb0(%xv: vector<6xf32>):
    %s = arith.mulf %xv, %xv : vector<6xf32>
    row.yield %s : vector<6xf32>
  }
  return %y : tensor<?x6xf32>
}

// SINGLE: ld.global.L1::no_allocate.b32 %r{{[0-9]+}}, [%rd{{[0-9]+}}];
func.func @single(%x: tensor<?x6xbf16>) -> tensor<?x6xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x6xbf16>
  %e = tensor.empty(%n) : tensor<?x6xbf16>
  %y = row.program ins(%x : tensor<?x6xbf16> by row) outs(%e : tensor<?x6xbf16> by row) {
  ^bb0(%xv: vector<6xbf16>):
    %x32 = arith.extf %xv : vector<6xbf16> to vector<6xf32>
    %s = arith.mulf %x32, %x32 : vector<6xf32>
    %y16 = arith.truncf %s : vector<6xf32> to vector<6xbf16>
    row.yield %y16 : vector<6xbf16>
  }
  return %y : tensor<?x6xbf16>
}

// Two bytes are no word: as they were.
// HALVES-NOT: no_allocate
// HALVES:     ld.global{{(.nc)?}}.b16
// HALVES-NOT: no_allocate
func.func @halves(%x: tensor<?x7xbf16>) -> tensor<?x7xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x7xbf16>
  %e = tensor.empty(%n) : tensor<?x7xbf16>
  %y = row.program ins(%x : tensor<?x7xbf16> by row) outs(%e : tensor<?x7xbf16> by row) {
  ^bb0(%xv: vector<7xbf16>):
    %x32 = arith.extf %xv : vector<7xbf16> to vector<7xf32>
    %s = arith.mulf %x32, %x32 : vector<7xf32>
    %y16 = arith.truncf %s : vector<7xf32> to vector<7xbf16>
    row.yield %y16 : vector<7xbf16>
  }
  return %y : tensor<?x7xbf16>
}
