// Bad input ends with a message and exit code 1; `not` does not take an abort.

// RUN: not seednorm-compile %t.missing 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read '{{.*}}.missing': No such file or directory

// RUN: echo nonsense | not seednorm-compile - 2>&1 | FileCheck %s --check-prefix=NONSENSE
// NONSENSE: <stdin>:1:1: error: {{.+}}

// RUN: not seednorm-compile %s --target=tpu 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: expects a target among cpu, cpu:<processor>, emulated, {{.*}}, sm_120, but got 'tpu'

// RUN: not seednorm-compile %s --target=sm_75 2>&1 | FileCheck %s --check-prefix=ARCH
// RUN: not seednorm-compile %s --target=emulated:sm_75 2>&1 | FileCheck %s --check-prefix=ARCH
// ARCH: error: expects an architecture among sm_80, sm_86, sm_89, sm_90, sm_90a, sm_100, sm_100a, sm_120, but got 'sm_75'

// RUN: not seednorm-compile %s --entry=nothing 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: error: expects an entry function 'nothing', but the module has 'main', 'wide'

// RUN: not seednorm-compile %s --target=sm_80 --emit=scf 2>&1 | FileCheck %s --check-prefix=STAGE
// STAGE: error: expects a stage among row, gpu, nvvm, llvm, ptx, cubin, sass, launches, package, report, report.json, programs, programs.json, but got 'scf'

// RUN: not seednorm-compile %s --target=sm_80 --entry=wide 2>&1 | FileCheck %s --check-prefix=WIDE
// WIDE: compile-errors.mlir:[[#@LINE+16]]:8: error: {{.*}}sums 'f64' columns, but GPU schedules sum f32 along a row

// RUN: not seednorm-compile %s -o %t.missing/file 2>&1 | FileCheck %s --check-prefix=OUTPUT
// OUTPUT: error: cannot write '{{.*}}.missing/file': No such file or directory

// RUN: env SEEDNORM_PTXAS=%t.missing not seednorm-compile %s --target=sm_80 --emit=cubin 2>&1 | FileCheck %s --check-prefix=PTXAS
// PTXAS: error: SEEDNORM_PTXAS names '{{.*}}.missing', which is no executable file

func.func @main(%x: tensor<?x64xf32>, %gamma: tensor<64xf32>)
    -> tensor<?x64xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  return %y : tensor<?x64xf32>
}

func.func @wide(%x: tensor<?x96xf64>, %gamma: tensor<96xf64>)
    -> tensor<?x96xf64> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6
      : tensor<?x96xf64>, tensor<96xf64>
  return %y : tensor<?x96xf64>
}
