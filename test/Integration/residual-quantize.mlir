// The seam of two blocks of a transformer: the residual stream, SeeDNorm on it, and
// its result in eight bits with a scale a row, which feeds a product. 17 bytes an
// element of a row are 7: both addends and the sum in bf16, and a byte.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.add
// RUN: seednorm-opt %s --seednorm-to-rows --row-report -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: seednorm-run %s --random --rows=5 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --compare-with=decompose --target=emulated

// CHECK:  row.program
// REPORT: remark: row program: columns 128, levels of sums 2, fused from 3, bytes an element of a row 7.03, before 17.03
func.func @main(%x: tensor<?x128xbf16>, %branch: tensor<?x128xbf16>,
                %alpha: tensor<128xbf16>, %beta: tensor<128xbf16>, %gamma: tensor<128xbf16>)
    -> (tensor<?x128xbf16>, tensor<?x128xf8E4M3FN>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x128xbf16>
  %e = tensor.empty(%n) : tensor<?x128xbf16>
  %h = linalg.add ins(%x, %branch : tensor<?x128xbf16>, tensor<?x128xbf16>)
      outs(%e : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %y = norm.seednorm %h, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<?x128xbf16>, tensor<128xbf16> -> tensor<?x128xf32>
  %q, %s = norm.quantize %y to f8E4M3FN per row : tensor<?x128xf32>
  return %h, %q, %s : tensor<?x128xbf16>, tensor<?x128xf8E4M3FN>, tensor<?xf32>
}
