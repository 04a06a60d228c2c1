// RUN: seednorm-compile %s --emit=programs | FileCheck %s
// RUN: seednorm-compile %s --emit=programs.json | %python -m json.tool | FileCheck %s --check-prefix=JSON
// RUN: seednorm-compile %s --emit=report | FileCheck %s --check-prefix=REPORT
// RUN: seednorm-compile %s --expect-programs=1 -o %t
// RUN: not seednorm-compile %s --expect-programs=3 2>&1 | FileCheck %s --check-prefix=COUNT

// What kernels are made of, and which ops none of them computes and why.

// CHECK:      program 0
// CHECK-NEXT:   from:               {{.*}}compile-programs.mlir:[[#@LINE+29]]:8, {{.*}}compile-programs.mlir:[[#@LINE+31]]:8
// CHECK-NEXT:   columns, levels:    64, 1
// CHECK-NEXT:   fused from:         2 programs
// CHECK-NEXT:   row bytes:          4.00 an element, before 10.00
// CHECK-NEXT:   inputs:             arg0 : tensor<?x64xbf16> by row
// CHECK-NEXT:                       arg1 : tensor<64xf32> shared
// CHECK-NEXT:   outputs:            result0 : tensor<?x64xbf16> by row
// CHECK-NEXT: outside of programs: {{.*}}compile-programs.mlir:[[#@LINE+25]]:8: 'linalg.transpose' op: result 0 has its dimensions in another order than the rows
// CHECK-NOT:  {{.}}

// JSON:     "outside": [
// JSON:       "op": "linalg.transpose",
// JSON:     "programs": [
// JSON:       "fused_from": 2,
// JSON:         "access": "by row",
// JSON-NEXT:    "type": "tensor<?x64xbf16>",
// JSON-NEXT:    "value": "arg0"

// REPORT: kernel main_rows0
// REPORT: outside of programs: {{.*}}: 'linalg.transpose' op: result 0

// COUNT:      error: expects 3 row programs, but 'main' has 1
// COUNT-NEXT: program 0
// COUNT:      outside of programs: {{.*}}: 'linalg.transpose' op: result 0

func.func @main(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> (tensor<?x64xbf16>, tensor<64x?xbf16>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xbf16>
  %e = tensor.empty(%n) : tensor<64x?xbf16>
  %y = norm.rms_norm %x, %g eps 1.0e-6
      : tensor<?x64xbf16>, tensor<64xf32>
  %h = arith.addf %y, %x : tensor<?x64xbf16>
  %t = linalg.transpose ins(%x : tensor<?x64xbf16>) outs(%e : tensor<64x?xbf16>)
      permutation = [1, 0]
  return %h, %t : tensor<?x64xbf16>, tensor<64x?xbf16>
}
