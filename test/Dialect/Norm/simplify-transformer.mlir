// A two-block Pre-LN transformer: first its norms lose the mean, then its stream
// the last column. What it computes stays, within f32 rounding.

// RUN: %python %S/Inputs/transformer.py emit constant > %t.mlir
// RUN: %python %S/Inputs/transformer.py emit argument > %t.argument.mlir

// RUN: seednorm-opt %t.mlir --norm-simplify=report 2>&1 | FileCheck %s --check-prefix=RMS
// RMS:     remark: norms before and after: {{.+}} 5 and 0 layer_norm, 0 and 5 rms_norm, 0 and 0 crms_norm; {{.+}}: 1096 and 1096
// RMS-NOT: norm.layer_norm

// Of the products' work, what touches the stream loses one part in D = 8.
// RUN: seednorm-opt %t.mlir --norm-simplify="compress-streams report" 2>&1 | FileCheck %s --check-prefix=CRMS
// RUN: seednorm-opt %t.argument.mlir --norm-simplify="compress-streams report" 2>&1 | FileCheck %s --check-prefix=CRMS
// CRMS:         remark: norms before and after: {{.+}} 5 and 0 layer_norm, 0 and 0 rms_norm, 0 and 5 crms_norm; {{.+}}: {{1096 and 959|1048 and 917$}}
// CRMS-NOT:     norm.{{layer|rms}}_norm
// CRMS-COUNT-5: norm.crms_norm {{.+}} : tensor<5x7xf32>, tensor<7xf32>

// Of the sums over rows, a LayerNorm has three, two of them before the last can
// start, and an RMSNorm one; a CRMSNorm has two, side by side. Each softmax has
// two. The embedding is folded; an argument is recentered by two sums.
// RUN: seednorm-opt %t.mlir --norm-decompose | grep -c reduction | FileCheck %s --check-prefix=SUMS-LN
// RUN: seednorm-opt %t.mlir --norm-simplify --norm-decompose | grep -c reduction | FileCheck %s --check-prefix=SUMS-RMS
// RUN: seednorm-opt %t.mlir --norm-simplify=compress-streams --norm-decompose | grep -c reduction | FileCheck %s --check-prefix=SUMS-CRMS
// RUN: seednorm-opt %t.argument.mlir --norm-simplify --norm-decompose | grep -c reduction | FileCheck %s --check-prefix=SUMS-ARGUMENT
// SUMS-LN:       {{^19$}}
// SUMS-RMS:      {{^9$}}
// SUMS-CRMS:     {{^14$}}
// SUMS-ARGUMENT: {{^11$}}

// DEFINE: %{simplify} =
// DEFINE: %{input} = %t.mlir
// DEFINE: %{run} = seednorm-opt %{input} %{simplify} --norm-decompose \
// DEFINE:     --one-shot-bufferize=bufferize-function-boundaries \
// DEFINE:     --convert-linalg-to-loops --convert-vector-to-scf \
// DEFINE:     --convert-scf-to-cf --expand-strided-metadata --lower-affine \
// DEFINE:     --convert-vector-to-llvm --convert-math-to-llvm \
// DEFINE:     --convert-math-to-libm --finalize-memref-to-llvm \
// DEFINE:     --convert-arith-to-llvm --convert-func-to-llvm \
// DEFINE:     --convert-cf-to-llvm --convert-ub-to-llvm \
// DEFINE:     --reconcile-unrealized-casts \
// DEFINE:   | mlir-runner -e main -entry-point-result=void \
// DEFINE:       -shared-libs=%mlir_c_runner_utils

// RUN: %{run} > %t.before
// REDEFINE: %{simplify} = --norm-simplify=fold-scales=false
// RUN: %{run} > %t.rms
// REDEFINE: %{simplify} = --norm-simplify
// RUN: %{run} > %t.folded
// REDEFINE: %{simplify} = --norm-simplify=compress-streams
// RUN: %{run} > %t.crms
// RUN: %python %S/Inputs/transformer.py check constant %t.before %t.rms %t.folded %t.crms

// REDEFINE: %{input} = %t.argument.mlir
// REDEFINE: %{simplify} =
// RUN: %{run} > %t.before
// REDEFINE: %{simplify} = --norm-simplify=fold-scales=false
// RUN: %{run} > %t.rms
// REDEFINE: %{simplify} = --norm-simplify
// RUN: %{run} > %t.folded
// REDEFINE: %{simplify} = --norm-simplify=compress-streams
// RUN: %{run} > %t.crms
// RUN: %python %S/Inputs/transformer.py check argument %t.before %t.rms %t.folded %t.crms
