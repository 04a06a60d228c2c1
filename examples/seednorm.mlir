// SeeDNorm (arXiv 2510.22777) of 1024 columns, any number of rows.

func.func @seednorm_f32(%x: tensor<?x1024xf32> {seednorm.name = "x"},
                        %alpha: tensor<1024xf32> {seednorm.name = "alpha"},
                        %beta: tensor<1024xf32> {seednorm.name = "beta"},
                        %gamma: tensor<1024xf32> {seednorm.name = "gamma"})
    -> tensor<?x1024xf32> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<?x1024xf32>, tensor<1024xf32>
  return %y : tensor<?x1024xf32>
}

func.func @seednorm_bf16(%x: tensor<?x1024xbf16> {seednorm.name = "x"},
                         %alpha: tensor<1024xf32> {seednorm.name = "alpha"},
                         %beta: tensor<1024xf32> {seednorm.name = "beta"},
                         %gamma: tensor<1024xf32> {seednorm.name = "gamma"})
    -> tensor<?x1024xbf16> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<?x1024xbf16>, tensor<1024xf32>
  return %y : tensor<?x1024xbf16>
}
