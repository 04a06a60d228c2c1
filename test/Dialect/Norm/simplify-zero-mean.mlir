// RUN: seednorm-opt %s --norm-simplify=center-streams=false --split-input-file | FileCheck %s

#rows = affine_map<(d0, d1) -> (d0, d1)>
#scalars = affine_map<(d0, d1) -> (d0)>
#unit = affine_map<(d0, d1) -> (d0, 0)>

// A mean that is computed and taken away, as frameworks spell it.

// CHECK-LABEL: func.func @recentered
// CHECK-NOT:     norm.layer_norm
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00
func.func @recentered(%x: tensor<?x4xbf16>, %n: index, %gamma: tensor<4xf32>, %bias: tensor<4xf32>)
    -> tensor<?x4xbf16> {
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %e = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #scalars],
                         iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x4xbf16>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %b = arith.extf %a : bf16 to f32
    %s = arith.addf %o, %b : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %column = tensor.expand_shape %sum [[0, 1]] output_shape [%n, 1]
      : tensor<?xf32> into tensor<?x1xf32>
  %e1 = tensor.empty(%n) : tensor<?x4xbf16>
  %c = linalg.generic {indexing_maps = [#rows, #unit, #rows],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %column : tensor<?x4xbf16>, tensor<?x1xf32>) outs(%e1 : tensor<?x4xbf16>) {
  ^bb0(%a: bf16, %s: f32, %o: bf16):
    %b = arith.extf %a : bf16 to f32
    %m = arith.divf %s, %four : f32
    %d = arith.subf %b, %m : f32
    %r = arith.truncf %d : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x4xbf16>
  %y = norm.layer_norm %c, %gamma bias %bias eps 1.0e-5 gamma_offset 1.0
      : tensor<?x4xbf16>, tensor<4xf32>, tensor<4xf32>
  return %y : tensor<?x4xbf16>
}

// -----

// A mark, a layer whose weights sum to 0 along its columns, and what they add up
// to; also the rows of a product whose second factor has such rows.

// CHECK-LABEL: func.func @residual
// CHECK-NOT:     norm.layer_norm
// CHECK-COUNT-2: norm.rms_norm
func.func @residual(%x: tensor<3x4xf32> {norm.zero_mean}, %h: tensor<3x2xf32>,
                    %p: tensor<2x3xf32>, %gamma: tensor<4xf32>)
    -> (tensor<3x4xf32>, tensor<2x4xf32>) {
  %w = arith.constant dense<[[1.0, 2.0, 3.0, -6.0], [0.1, 0.2, 0.3, -0.6]]> : tensor<2x4xf32>
  %b = arith.constant dense<[0.5, -0.5, 0.25, -0.25]> : tensor<4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %biases = linalg.broadcast ins(%b : tensor<4xf32>) outs(%e : tensor<3x4xf32>) dimensions = [0]
  %f = linalg.matmul ins(%h, %w : tensor<3x2xf32>, tensor<2x4xf32>)
      outs(%biases : tensor<3x4xf32>) -> tensor<3x4xf32>
  %two = arith.constant dense<2.0> : tensor<3x4xf32>
  %x2 = arith.mulf %x, %two : tensor<3x4xf32>
  %s = arith.subf %x2, %f : tensor<3x4xf32>
  %y = norm.layer_norm %s, %gamma eps 1.0e-5 : tensor<3x4xf32>, tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<2x4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x4xf32>) -> tensor<2x4xf32>
  %mixed = linalg.matmul ins(%p, %s : tensor<2x3xf32>, tensor<3x4xf32>)
      outs(%z : tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = norm.layer_norm %mixed, %gamma eps 1.0e-5 : tensor<2x4xf32>, tensor<4xf32>
  return %y, %v : tensor<3x4xf32>, tensor<2x4xf32>
}

// -----

// A weight that is stored transposed, in a product with batches.

// CHECK-LABEL: func.func @transposed
// CHECK-NOT:     norm.layer_norm
// CHECK:         norm.rms_norm
func.func @transposed(%h: tensor<2x?x2xf16>, %e: tensor<2x?x3xf16>, %gamma: tensor<3xf16>)
    -> tensor<2x?x3xf16> {
  %w = arith.constant dense<[[[1.0, 2.0], [3.0, -5.0], [-4.0, 3.0]],
                             [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]]> : tensor<2x3x2xf16>
  %zero = arith.constant 0.0 : f16
  %z = linalg.fill ins(%zero : f16) outs(%e : tensor<2x?x3xf16>) -> tensor<2x?x3xf16>
  %f = linalg.batch_matmul
      indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>,
                       affine_map<(b, m, n, k) -> (b, n, k)>,
                       affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%h, %w : tensor<2x?x2xf16>, tensor<2x3x2xf16>)
      outs(%z : tensor<2x?x3xf16>) -> tensor<2x?x3xf16>
  %y = norm.layer_norm %f, %gamma eps 1.0e-5 : tensor<2x?x3xf16>, tensor<3xf16>
  return %y : tensor<2x?x3xf16>
}

// -----

// Not zero: rows without a mark; the mean of another row; a sum that is not
// divided; a weight that sums to 0 along the wrong dimension; a bias; a scale of
// each column.

#rows = affine_map<(d0, d1) -> (d0, d1)>
#scalars = affine_map<(d0, d1) -> (d0)>
#columns = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @no_match
// CHECK-NOT:     norm.rms_norm
// CHECK-COUNT-6: norm.layer_norm
func.func @no_match(%x: tensor<4x4xf32>, %marked: tensor<4x4xf32> {norm.zero_mean},
                    %gamma: tensor<4xf32>)
    -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>,
        tensor<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %quarter = arith.constant 0.25 : f32
  %e = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %y0 = norm.layer_norm %x, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  %sum = linalg.reduce ins(%x : tensor<4x4xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
      (%a: f32, %o: f32) {
        %s = arith.addf %a, %o : f32
        linalg.yield %s : f32
      }
  %other = linalg.generic {indexing_maps = [#rows, #columns, #rows],
                           iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %m = arith.mulf %s, %quarter : f32
    %d = arith.subf %a, %m : f32
    linalg.yield %d : f32
  } -> tensor<4x4xf32>
  %y1 = norm.layer_norm %other, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  %undivided = linalg.generic {indexing_maps = [#rows, #scalars, #rows],
                               iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %d = arith.subf %a, %s : f32
    linalg.yield %d : f32
  } -> tensor<4x4xf32>
  %y2 = norm.layer_norm %undivided, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [-1.0, -2.0, -3.0, -4.0],
                             [5.0, 6.0, 7.0, 8.0], [-5.0, -6.0, -7.0, -8.0]]> : tensor<4x4xf32>
  %f = linalg.matmul ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%z2 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %y3 = norm.layer_norm %f, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  %b = arith.constant dense<[1.0, -1.0, 1.0, -0.99]> : tensor<4xf32>
  %biased = linalg.generic {indexing_maps = [#rows, #columns, #rows],
                            iterator_types = ["parallel", "parallel"]}
      ins(%marked, %b : tensor<4x4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %d = arith.addf %a, %s : f32
    linalg.yield %d : f32
  } -> tensor<4x4xf32>
  %y4 = norm.layer_norm %biased, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  %scaled = linalg.generic {indexing_maps = [#rows, #columns, #rows],
                            iterator_types = ["parallel", "parallel"]}
      ins(%marked, %b : tensor<4x4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %d = arith.mulf %a, %s : f32
    linalg.yield %d : f32
  } -> tensor<4x4xf32>
  %y5 = norm.layer_norm %scaled, %gamma eps 1.0e-5 : tensor<4x4xf32>, tensor<4xf32>
  return %y0, %y1, %y2, %y3, %y4, %y5 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>,
      tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}
