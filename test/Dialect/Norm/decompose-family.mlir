// RUN: seednorm-run %s --entry=rms_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=crms_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=layer_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=dyt --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=scale_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=l2_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=l1_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=softmax --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=log_softmax --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s

// Both lowerings of a formula, run: the rows that convert-norm-to-row leads to
// and the loops of norm-decompose give the same values.
// CHECK: result0: max abs error {{[^,]+}}, {{[0-9](\.[0-9]+)?}} units in the last place

func.func @rms_norm(%x: tensor<?x100xf32>, %gamma: tensor<100xf32>, %bias: tensor<100xf32>)
    -> tensor<?x100xf32> {
  %y = norm.rms_norm %x, %gamma bias %bias eps 1.0e-5 partial 0.4
      : tensor<?x100xf32>, tensor<100xf32>, tensor<100xf32>
  return %y : tensor<?x100xf32>
}

func.func @crms_norm(%x: tensor<?x100xf16>, %gamma: tensor<100xf32>)
    -> tensor<?x100xf16> {
  %y = norm.crms_norm %x, %gamma eps 1.0e-5
      : tensor<?x100xf16>, tensor<100xf32>
  return %y : tensor<?x100xf16>
}

func.func @layer_norm(%x: tensor<?x100xbf16>, %gamma: tensor<100xf32>, %bias: tensor<100xf32>)
    -> tensor<?x100xbf16> {
  %y = norm.layer_norm %x, %gamma bias %bias eps 1.0e-5
      : tensor<?x100xbf16>, tensor<100xf32>, tensor<100xf32>
  return %y : tensor<?x100xbf16>
}

func.func @dyt(%x: tensor<?x100xf64>, %alpha: tensor<1xf64>, %gamma: tensor<100xf64>, %bias: tensor<100xf64>)
    -> tensor<?x100xf64> {
  %y = norm.dyt %x, %alpha, %gamma bias %bias
      : tensor<?x100xf64>, tensor<1xf64>, tensor<100xf64>, tensor<100xf64>
  return %y : tensor<?x100xf64>
}

func.func @scale_norm(%x: tensor<?x100xf32>, %scale: tensor<1xf32>)
    -> tensor<?x100xf32> {
  %y = norm.scale_norm %x, %scale eps 1.0e-5
      : tensor<?x100xf32>, tensor<1xf32>
  return %y : tensor<?x100xf32>
}

func.func @l2_norm(%x: tensor<?x100xf16>)
    -> tensor<?x100xf16> {
  %y = norm.l2_norm %x eps 1.0e-5
      : tensor<?x100xf16>
  return %y : tensor<?x100xf16>
}

func.func @l1_norm(%x: tensor<?x100xbf16>)
    -> tensor<?x100xbf16> {
  %y = norm.l1_norm %x eps 1.0e-5
      : tensor<?x100xbf16>
  return %y : tensor<?x100xbf16>
}

func.func @softmax(%x: tensor<?x100xf64>)
    -> tensor<?x100xf64> {
  %y = norm.softmax %x
      : tensor<?x100xf64>
  return %y : tensor<?x100xf64>
}

func.func @log_softmax(%x: tensor<?x100xf32>)
    -> tensor<?x100xf32> {
  %y = norm.log_softmax %x
      : tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}
