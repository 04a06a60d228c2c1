// What another front end wrote: linalg, and no word of norms.
//
//   h = x + residual,   y = h / sqrt(mean(h * h) + 1e-6) * gamma

#row = affine_map<(d0, d1) -> (d0, d1)>
#once = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

func.func @add_rms_norm(%x: tensor<?x1024xf32>, %residual: tensor<?x1024xf32>,
                        %gamma: tensor<1024xf32>)
    -> (tensor<?x1024xf32>, tensor<?x1024xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %columns = arith.constant 1024.0 : f32
  %eps = arith.constant 1.0e-6 : f32
  %n = tensor.dim %x, %c0 : tensor<?x1024xf32>
  %rows = tensor.empty(%n) : tensor<?x1024xf32>
  %numbers = tensor.empty(%n) : tensor<?xf32>
  %h = linalg.add ins(%x, %residual : tensor<?x1024xf32>, tensor<?x1024xf32>)
      outs(%rows : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %start = linalg.fill ins(%zero : f32) outs(%numbers : tensor<?xf32>)
      -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#row, #once],
                         iterator_types = ["parallel", "reduction"]}
      ins(%h : tensor<?x1024xf32>) outs(%start : tensor<?xf32>) {
  ^bb0(%element: f32, %so_far: f32):
    %square = arith.mulf %element, %element : f32
    %more = arith.addf %so_far, %square : f32
    linalg.yield %more : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#row, #once, #column, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%h, %sum, %gamma : tensor<?x1024xf32>, tensor<?xf32>,
          tensor<1024xf32>)
      outs(%rows : tensor<?x1024xf32>) {
  ^bb0(%element: f32, %total: f32, %weight: f32, %out: f32):
    %mean = arith.divf %total, %columns : f32
    %shifted = arith.addf %mean, %eps : f32
    %scale = math.rsqrt %shifted : f32
    %normal = arith.mulf %element, %scale : f32
    %weighted = arith.mulf %normal, %weight : f32
    linalg.yield %weighted : f32
  } -> tensor<?x1024xf32>
  return %y, %h : tensor<?x1024xf32>, tensor<?x1024xf32>
}
