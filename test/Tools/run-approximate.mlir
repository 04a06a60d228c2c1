// On the emulator approximate tanh is as far off as PTX allows, 2^-11: more than
// the default tolerance of a comparison, and no more than that is.

// RUN: seednorm-run %s --target=emulated --random --rows=64 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --target=emulated --random --rows=64 --compare-with=decompose --approximate=tanh --tolerance=8194 | FileCheck %s
// CHECK: result0: max abs error
// RUN: not seednorm-run %s --target=emulated --random --rows=64 --compare-with=decompose --approximate=tanh --tolerance=4096 2>&1 | FileCheck %s --check-prefix=TIGHT
// TIGHT: error: expects 'result0' to be within 4096 units of the decomposed norms
func.func @main(%x: tensor<?x64xf32>, %alpha: tensor<1xf32>,
                %gamma: tensor<64xf32>) -> tensor<?x64xf32> {
  %y = norm.dyt %x, %alpha, %gamma
      : tensor<?x64xf32>, tensor<1xf32>, tensor<64xf32>
  return %y : tensor<?x64xf32>
}
