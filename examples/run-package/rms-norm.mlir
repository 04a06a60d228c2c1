// The function that run-package.c calls. To compile it:
//   seednorm-compile rms-norm.mlir --emit=package -o rms-norm.snp

func.func @main(
    %x: tensor<?x512xf32> {seednorm.name = "x"},
    %gamma: tensor<512xf32> {seednorm.name = "gamma"}) -> tensor<?x512xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x512xf32>, tensor<512xf32>
  return %y : tensor<?x512xf32>
}
