// REQUIRES: cuda-device
// RUN: seednorm-run %s --random --rows=37 --target=cuda --compare-with=decompose --repeat=2 | FileCheck %s
// CHECK: result0: tensor<37x1000xbf16>, checksum
// CHECK: result0: max abs error

func.func @main(%x: tensor<?x1000xbf16>, %alpha: tensor<1000xf32>,
                %beta: tensor<1000xf32>, %gamma: tensor<1000xf32>)
    -> tensor<?x1000xbf16> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6 heads 8
      : tensor<?x1000xbf16>, tensor<1000xf32>
  return %y : tensor<?x1000xbf16>
}
