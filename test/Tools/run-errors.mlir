// Bad input ends with a message and exit code 1; `not` does not take an abort.

// RUN: not seednorm-run %s 2>&1 | FileCheck %s --check-prefix=FEW
// FEW: error: expects 2 inputs, but got 0; pass --input or --random

// RUN: not seednorm-run %s --input a --input b --input c 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: error: expects 2 inputs, but got 3

// RUN: not seednorm-run %s --random --output a --output b 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// OUTPUTS: error: expects at most 1 outputs, but got 2

// RUN: not seednorm-run %s --random --rows=-1 2>&1 | FileCheck %s --check-prefix=ROWS
// ROWS: error: expects 'rows' to be at least 0, but got -1

// RUN: not seednorm-run %s --random --rows=99999999999999999 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: expects 'arg0' to fit into memory, but its shape is too large

// RUN: not seednorm-run %s --random --compare-with=torch 2>&1 | FileCheck %s --check-prefix=COMPARE
// COMPARE: error: expects 'compare-with' to be decompose, but got 'torch'

// RUN: not seednorm-run %s --random --target=tpu 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: expects a target among cpu, {{.*}}, but got 'tpu'

// RUN: not seednorm-run %s --random --entry=nothing 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: error: expects an entry function 'nothing', but the module has 'main'

// RUN: not seednorm-run %s --random --target=emulated --schedule="warps = 2" 2>&1 | FileCheck %s --check-prefix=SCHEDULE
// SCHEDULE: overridden by 'warps = 2', which expects one of threads_per_row, {{.*}}, but got 'warps'

// A comparison that fails is an error too.
// RUN: not seednorm-run %s --random --target=emulated --compare-with=decompose --tolerance=0 --rows=64 > %t 2>&1
// RUN: FileCheck %s --check-prefix=TOLERANCE < %t
// TOLERANCE: result0: max abs error
// TOLERANCE: error: expects 'result0' to be within 0 units of the decomposed norms, but it is off by {{[0-9.e-]+$}}

func.func @main(%x: tensor<?x64xf32>, %gamma: tensor<64xf32>)
    -> tensor<?x64xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  return %y : tensor<?x64xf32>
}
