// A package holds the kernels of all targets that are asked for.

// RUN: seednorm-compile %s --emit=package -o %t.cpu.snp
// RUN: %python %S/Inputs/show-package.py %t.cpu.snp | FileCheck %s --check-prefix=CPU
// CPU:      main for {{x86_64|aarch64}}
// CPU-NEXT: argument arg0 f32 [-1, 768] 4
// CPU-NEXT: argument arg1 f32 [768] 4
// CPU-NEXT: result result0 f32 [-1, 768] 4
// CPU-NEXT: loops 1
// CPU-NOT:  for

// RUN: seednorm-compile %s --emit=package --target=sm_80,sm_90a -o %t.gpu.snp
// RUN: %python %S/Inputs/show-package.py %t.gpu.snp | FileCheck %s --check-prefix=GPU
// GPU:      main for sm_80
// GPU:      cubin of an ELF for sm_80
// GPU-NEXT: PTX
// GPU-NEXT: launch main_rows0
// GPU:      main for sm_90a
// GPU:      cubin of an ELF for sm_90
// GPU-NEXT: launch main_rows0

// RUN: not seednorm-compile %s --emit=package --target=sm_80,sm_80 -o %t.snp 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: expects one kernel of an entry for each target, but got two of 'main' for sm_80

// RUN: not seednorm-compile %s --emit=package --target=sm_80, -o %t.snp 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: expects a target among cpu, {{.*}}, but got ''

// RUN: not seednorm-compile %s --emit=ptx --target=sm_80,sm_90a 2>&1 | FileCheck %s --check-prefix=STAGE
// STAGE: error: expects one target for stage 'ptx', as only a package has several, but got 'sm_80,sm_90a'

func.func @main(%x: tensor<?x768xf32>, %p: tensor<768xf32>) -> tensor<?x768xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6
      : tensor<?x768xf32>, tensor<768xf32>
  return %y : tensor<?x768xf32>
}
