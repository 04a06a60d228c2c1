// RUN: not seednorm-opt %s --row-differentiate="wrt=3" 2>&1 | FileCheck %s --check-prefix=WRT
// RUN: not seednorm-opt %s --row-differentiate="of=1" 2>&1 | FileCheck %s --check-prefix=OF
// RUN: not seednorm-opt %s --row-differentiate="wrt=0,0" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not seednorm-opt %s --row-differentiate="wrt=2" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not seednorm-opt %s --row-differentiate="wrt=1" 2>&1 | FileCheck %s --check-prefix=INTEGER
// RUN: not seednorm-opt %s --row-differentiate="wrt=0 accumulate=2" 2>&1 | FileCheck %s --check-prefix=ACCUMULATE
// RUN: not seednorm-opt %s --row-differentiate="function=g" 2>&1 | FileCheck %s --check-prefix=FUNCTION

// WRT: has 3 arguments, but 'wrt' asks for argument 3
// OF: has 1 results, but 'of' asks for result 1
// TWICE: expects 'wrt' to name each argument once, but got 0 twice
// NONE: has results that do not depend on argument 2, so that it has no gradient
// INTEGER: expects arguments of f16, bf16, f32 or f64 to have gradients, but argument 1 is 'tensor<?x4xi32>'
// ACCUMULATE: expects 'accumulate' to name arguments of 'wrt', but got 2
// FUNCTION: has no function 'g' to be differentiated
func.func @f(%x: tensor<?x4xf32>, %n: tensor<?x4xi32>, %i: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = row.program ins(%x : tensor<?x4xf32> by row) outs(%i : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<4xf32>):
    %0 = math.exp %v : vector<4xf32>
    row.yield %0 : vector<4xf32>
  }
  return %y : tensor<?x4xf32>
}
