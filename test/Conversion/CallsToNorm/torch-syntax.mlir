// RUN: seednorm-opt %s --convert-calls-to-norm | FileCheck %s
// RUN: seednorm-run %s --random --rows=3 --compare-with=decompose

// As torch-mlir prints it.
// CHECK-LABEL: func @main
// CHECK:         norm.layer_norm %{{.*}}, %{{.*}} bias %{{.*}} eps 1.000000e-05 : tensor<?x64xf32>, tensor<64xf32>, tensor<64xf32>
func.func @main(%x: tensor<?x64xf32>, %g: tensor<64xf32>) -> tensor<?x64xf32> {
  %y = torch.operator "torch.seednorm.layer_norm"(%x, %g, %g) {eps = 1.0e-5 : f64}
      : (tensor<?x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
