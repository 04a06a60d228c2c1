// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

// RUN: seednorm-run %s --input %t/x.npy --input %t/gamma.npy --output %t/y.npy
// RUN: %python %S/Inputs/check_result.py %t %t/y.npy | FileCheck %s
// RUN: seednorm-run %s --input %t/x_bits.npy --input %t/gamma.npy --output %t/y.npy --target=emulated
// RUN: %python %S/Inputs/check_result.py %t %t/y.npy | FileCheck %s
// CHECK: fits

// Arguments behind those from files may be random.
// RUN: seednorm-run %s --input %t/x.npy --random --rows=9 | FileCheck %s --check-prefix=MIXED
// MIXED: result0: tensor<4x64xbf16>

// RUN: not seednorm-run %s --input %t/missing.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: {{.*}}missing.npy

// RUN: not seednorm-run %s --input %t/truncated.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=TRUNCATED
// TRUNCATED: error: {{.*}}truncated.npy

// RUN: not seednorm-run %s --input %t/headless.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=HEADLESS
// HEADLESS: error: {{.*}}headless.npy

// RUN: not seednorm-run %s --input %t/text.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: {{.*}}text.npy

// RUN: not seednorm-run %s --input %t/x_columns.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=COLUMNS
// COLUMNS: error: {{.*}}x_columns.npy

// RUN: not seednorm-run %s --input %t/x_f32.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: expects 'arg0' to have elements of type bf16, but '{{.*}}x_f32.npy' has f32

// RUN: not seednorm-run %s --input %t/x_narrow.npy --input %t/gamma.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: expects 'arg0' to have shape (?, 64), but got (4, 63)

// RUN: not seednorm-run %s --input %t/x.npy --input %t/gamma.npy --output %t/missing/y.npy 2>&1 | FileCheck %s --check-prefix=OUTPUT
// OUTPUT: error: {{.*}}missing/y.npy

func.func @main(%x: tensor<?x64xbf16>, %gamma: tensor<64xf32>)
    -> tensor<?x64xbf16> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xbf16>, tensor<64xf32>
  return %y : tensor<?x64xbf16>
}
