// Where it is asked for, tanh is the hardware's instruction on every way that
// leads to code; a CPU has none, and what has no such instruction has no name.

// RUN: seednorm-compile %s --target=sm_80 --approximate=tanh --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: seednorm-compile %s --target=emulated --approximate=tanh --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: seednorm-compile %s --target=emulated --approximate=tanh --emit=llvm | FileCheck %s --check-prefix=LLVM
// RUN: seednorm-compile %s --target=sm_90a --approximate=tanh --emit=nvvm | FileCheck %s --check-prefix=NVVM
// RUN: seednorm-opt %s --seednorm-to-gpu="arch=sm_90a approximate=tanh" | FileCheck %s --check-prefix=NVVM
// RUN: seednorm-compile %s --target=sm_90a --emit=ptx | FileCheck %s --check-prefix=ACCURATE --implicit-check-not=tanh

// PTX-NOT: ex2.approx
// PTX: tanh.approx.f32
// PTX-NOT: ex2.approx
// LLVM: call afn float @llvm.tanh.f32(float
// NVVM: llvm.intr.tanh({{.*}}) {fastmathFlags = #llvm.fastmath<afn>}
// ACCURATE: ex2.approx.ftz.f32

// The option permits, so code without such a function stays as it is.
// RUN: seednorm-compile %s --entry=without --target=sm_90a --emit=ptx -o %t.accurate.ptx
// RUN: seednorm-compile %s --entry=without --target=sm_90a --approximate=tanh --emit=ptx -o %t.ptx
// RUN: diff %t.accurate.ptx %t.ptx
// RUN: seednorm-compile %s --target=sm_90a --approximate="" --emit=ptx -o %t.ptx
// RUN: seednorm-compile %s --target=sm_90a --emit=ptx | diff - %t.ptx

// RUN: not seednorm-compile %s --approximate=tanh 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not seednorm-compile %s --target=sm_90a,cpu --emit=package --approximate=tanh -o %t.package 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not seednorm-run %s --random --approximate=tanh 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: expects no approximate functions for target 'cpu', as these are instructions of a GPU, but got 'tanh'

// RUN: not seednorm-compile %s --target=sm_90a --approximate=tanh,exp 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seednorm-run %s --target=emulated --random --approximate=exp 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seednorm-opt %s --seednorm-to-gpu="approximate=exp" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: expects 'approximate' to name functions among tanh, with commas between, but got 'exp'
// RUN: not seednorm-compile %s --target=sm_90a --approximate=tanh, 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: expects 'approximate' to name functions among tanh, with commas between, but got ''
func.func @main(%x: tensor<?x256xf32>, %p: tensor<256xf32>)
    -> tensor<?x256xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads 4
      : tensor<?x256xf32>, tensor<256xf32>
  return %y : tensor<?x256xf32>
}

func.func @without(%x: tensor<?x256xf32>, %p: tensor<256xf32>)
    -> tensor<?x256xf32> {
  %y = norm.rms_norm %x, %p eps 1.0e-6
      : tensor<?x256xf32>, tensor<256xf32>
  return %y : tensor<?x256xf32>
}
