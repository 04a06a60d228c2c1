// Code for processors that this machine need not be.

// RUN: seednorm-compile %s --target=cpu:x86-64-v3 --emit=asm | FileCheck %s --check-prefix=AVX2
// AVX2-LABEL: main_rows0:
// AVX2:         vfmadd{{.*}}%ymm

// RUN: seednorm-compile %s --target=cpu:x86-64-v2 --emit=asm | FileCheck %s --check-prefix=SSE
// SSE-NOT:     {{[xyz]}}mm16
// SSE-NOT:     ymm
// SSE-LABEL:   main_rows0:
// SSE:           mulps

// RUN: seednorm-compile %s --target=cpu:sapphirerapids --emit=asm | FileCheck %s --check-prefix=AVX512
// AVX512-LABEL: main_rows0:
// AVX512:         vcvtneps2bf16 {{.*}}%zmm

// RUN: seednorm-compile %s --target=cpu:neoverse-n1 --emit=asm | FileCheck %s --check-prefix=NEON
// NEON-LABEL: main_rows0:
// NEON:         fmla v
// NEON-NOT:     bfcvtn

// RUN: seednorm-compile %s --target=cpu:neoverse-v2 --emit=asm | FileCheck %s --check-prefix=BF16
// BF16:         bfcvtn

// A package says of each what a processor must have, and only that.
// RUN: seednorm-compile %s --emit=package -o %t.snp \
// RUN:   --target=cpu:x86-64-v2,cpu:x86-64-v3,cpu:diamondrapids,cpu:neoverse-n1
// RUN: %python %S/Inputs/show-package.py %t.snp | FileCheck %s --check-prefix=PACKAGE
// PACKAGE:     main for x86_64
// PACKAGE:     needs sse3 ssse3 sse4.1 sse4.2 popcnt{{$}}
// PACKAGE:     main for x86_64
// PACKAGE:     needs {{.*}} avx fma f16c avx2 bmi bmi2 lzcnt{{$}}
// PACKAGE:     main for x86_64
// PACKAGE-NOT: egpr
// PACKAGE:     needs {{.*}} avx512bf16
// PACKAGE:     main for aarch64
// PACKAGE:     needs fp-armv8 neon lse fullfp16 rdm dotprod{{$}}

// RUN: not seednorm-compile %s --emit=package --target=cpu:znver3,cpu:znver3 -o %t.snp 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: expects one kernel of an entry for each target, but got two of 'main' for x86_64

// RUN: not seednorm-compile %s --target=cpu:znver6 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: expects a processor of x86-64 or AArch64 by LLVM's name, as x86-64-v3, znver4, aarch64 or neoverse-n1, but got 'znver6'; near it are znver1, {{.*}}, znver5{{$}}

// It runs where it can; one of these two can nowhere.
// RUN: not seednorm-run %s --target=cpu:diamondrapids --random 2>&1 | FileCheck %s --check-prefix=RUNS
// RUN: not seednorm-run %s --target=cpu:c1-ultra --random 2>&1 | FileCheck %s --check-prefix=RUNS
// RUNS: error: expects a processor {{.*}} to run code for it, but this one {{is of|lacks}} {{.+}}

func.func @main(%x: tensor<?x768xbf16>, %p: tensor<768xf32>) -> tensor<?x768xbf16> {
  %y = norm.rms_norm %x, %p eps 1.0e-6 : tensor<?x768xbf16>, tensor<768xf32>
  return %y : tensor<?x768xbf16>
}
