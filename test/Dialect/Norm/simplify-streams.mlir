// RUN: seednorm-opt %s --norm-simplify=fold-scales=false --split-input-file | FileCheck %s

#rows = affine_map<(d0, d1) -> (d0, d1)>
#columns = affine_map<(d0, d1) -> (d1)>

// The mean leaves the weight and the bias of the layer that writes the stream,
// and the constant positions. The weight of the layer that reads the norm, and
// the other use of the bias, stay.

// CHECK-LABEL: func.func @constants
// CHECK-DAG:     %[[BIAS:.+]] = arith.constant dense<[1.000000e+00, 3.000000e+00]> : tensor<2xf32>
// CHECK-DAG:     %[[BIAS0:.+]] = arith.constant dense<[-1.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK-DAG:     %[[W:.+]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [5.000000e+00, 1.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG:     %[[W0:.+]] = arith.constant dense<{{\[\[}}-5.000000e-01, 5.000000e-01], [2.000000e+00, -2.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG:     %[[POSITIONS:.+]] = arith.constant dense<{{\[\[}}-5.000000e-01, 5.000000e-01], [-1.500000e+00, 1.500000e+00]]> : tensor<2x2xf32>
// CHECK:         %[[H:.+]] = linalg.matmul ins(%{{.+}}, %[[W0]]
// CHECK:         %[[HB:.+]] = linalg.generic {{.+}} ins(%[[H]], %[[BIAS0]]
// CHECK:         %[[S:.+]] = linalg.add ins(%[[HB]], %[[POSITIONS]]
// CHECK:         %[[Y:.+]] = norm.rms_norm %[[S]]
// CHECK:         linalg.matmul ins(%[[Y]], %[[W]]
// CHECK:         return %{{.+}}, %[[BIAS]]
func.func @constants(%x: tensor<2x2xf32>, %gamma: tensor<2xf32>)
    -> (tensor<2x2xf32>, tensor<2xf32>) {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[1.0, 2.0], [5.0, 1.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %p = arith.constant dense<[[1.0, 2.0], [4.0, 7.0]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %h = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %hb = linalg.generic {indexing_maps = [#rows, #columns, #rows],
                        iterator_types = ["parallel", "parallel"]}
      ins(%h, %b : tensor<2x2xf32>, tensor<2xf32>) outs(%e : tensor<2x2xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    linalg.yield %s : f32
  } -> tensor<2x2xf32>
  %s = linalg.add ins(%hb, %p : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = norm.layer_norm %s, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %r = linalg.matmul ins(%y, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %r, %b : tensor<2x2xf32>, tensor<2xf32>
}

// -----

// An argument is recentered once, for two norms; its other use sees it as it was.

// CHECK-LABEL: func.func @argument
// CHECK-SAME:    %[[X:[^:]+]]: tensor<?x2xbf16>
// CHECK:         %[[SUM:.+]] = linalg.generic {{.+}}["parallel", "reduction"]{{.+}} ins(%[[X]]
// CHECK:         %[[CENTERED:.+]] = linalg.generic {{.+}}["parallel", "parallel"]{{.+}} ins(%[[X]]
// CHECK:         norm.rms_norm %[[CENTERED]]
// CHECK:         %[[S:.+]] = arith.addf %[[CENTERED]], %{{.+}} : tensor<?x2xbf16>
// CHECK:         norm.rms_norm %[[S]]
// CHECK:         return %{{.+}}, %[[X]]
func.func @argument(%x: tensor<?x2xbf16>, %e: tensor<?x2xbf16>, %gamma: tensor<2xf32>)
    -> (tensor<?x2xbf16>, tensor<?x2xbf16>) {
  %zero = arith.constant 0.0 : bf16
  %w = arith.constant dense<[[1.0, 2.0], [5.0, 1.0]]> : tensor<2x2xbf16>
  %z = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x2xbf16>) -> tensor<?x2xbf16>
  %n = norm.layer_norm %x, %gamma eps 1.0e-5 : tensor<?x2xbf16>, tensor<2xf32>
  %h = linalg.matmul ins(%n, %w : tensor<?x2xbf16>, tensor<2x2xbf16>)
      outs(%z : tensor<?x2xbf16>) -> tensor<?x2xbf16>
  %s = arith.addf %x, %h : tensor<?x2xbf16>
  %y = norm.layer_norm %s, %gamma eps 1.0e-5 : tensor<?x2xbf16>, tensor<2xf32>
  return %y, %x : tensor<?x2xbf16>, tensor<?x2xbf16>
}

// -----

// Whoever reads the stream but LayerNorms would see that the mean is gone.

// CHECK-LABEL: func.func @returned
// CHECK-NOT:     norm.rms_norm
// CHECK:         norm.layer_norm
func.func @returned(%x: tensor<2x2xf32>, %gamma: tensor<2xf32>)
    -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [5.0, 1.0]]> : tensor<2x2xf32>
  %h = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = norm.layer_norm %h, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  return %y, %h : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// CHECK-LABEL: func.func @activated
// CHECK-NOT:     norm.rms_norm
// CHECK:         norm.layer_norm
func.func @activated(%x: tensor<2x2xf32>, %gamma: tensor<2xf32>)
    -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [5.0, 1.0]]> : tensor<2x2xf32>
  %h = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = norm.layer_norm %h, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  %t = math.tanh %h : tensor<2x2xf32>
  return %y, %t : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// To recenter costs as much as the norm saves.

// CHECK-LABEL: func.func @one_norm
// CHECK-NOT:     linalg
// CHECK:         norm.layer_norm
func.func @one_norm(%x: tensor<2x2xf32>, %gamma: tensor<2xf32>) -> tensor<2x2xf32> {
  %y = norm.layer_norm %x, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// 60000 less the mean of the row is beyond the range of f16.

// CHECK-LABEL: func.func @overflow
// CHECK-NOT:     norm.rms_norm
// CHECK:         norm.layer_norm
func.func @overflow(%x: tensor<2x2xf16>, %gamma: tensor<4xf16>) -> tensor<2x4xf16> {
  %z = arith.constant dense<0.0> : tensor<2x4xf16>
  %w = arith.constant dense<[[60000.0, -60000.0, -60000.0, -60000.0],
                             [1.0, 2.0, 3.0, 4.0]]> : tensor<2x4xf16>
  %h = linalg.matmul ins(%x, %w : tensor<2x2xf16>, tensor<2x4xf16>)
      outs(%z : tensor<2x4xf16>) -> tensor<2x4xf16>
  %y = norm.layer_norm %h, %gamma eps 1.0e-5 : tensor<2x4xf16>, tensor<4xf16>
  return %y : tensor<2x4xf16>
}

// -----

// A constant that is added loses its mean; as a factor it does not. What is
// added to itself is one row, twice.

// CHECK-LABEL: func.func @factor
// CHECK-DAG:     %[[TWO:.+]] = arith.constant dense<2.000000e+00> : tensor<1x2xf32>
// CHECK-DAG:     %[[B0:.+]] = arith.constant dense<{{\[\[}}-5.000000e-01, 5.000000e-01]]> : tensor<1x2xf32>
// CHECK-DAG:     %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : tensor<1x2xf32>
// CHECK:         %[[T:.+]] = arith.addf %[[MARKED:.+]], %[[B0]]
// CHECK:         %[[M:.+]] = arith.mulf %[[T]], %[[TWO]]
// CHECK:         %[[S:.+]] = arith.addf %[[M]], %[[ZERO]]
// CHECK:         %[[D:.+]] = arith.addf %[[S]], %[[S]]
// CHECK:         norm.rms_norm %[[D]]
func.func @factor(%x: tensor<1x2xf32> {norm.zero_mean}, %gamma: tensor<2xf32>) -> tensor<1x2xf32> {
  %two = arith.constant dense<2.0> : tensor<1x2xf32>
  %b = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %t = arith.addf %x, %b : tensor<1x2xf32>
  %m = arith.mulf %t, %two : tensor<1x2xf32>
  %s = arith.addf %m, %two : tensor<1x2xf32>
  %d = arith.addf %s, %s : tensor<1x2xf32>
  %y = norm.layer_norm %d, %gamma eps 1.0e-5 : tensor<1x2xf32>, tensor<2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// The rows that are multiplied have a mean that counts, though they are also
// those that the product is added to.

// CHECK-LABEL: func.func @multiplied
// CHECK-NOT:     norm.rms_norm
// CHECK:         norm.layer_norm
func.func @multiplied(%h: tensor<2x2xf32>, %gamma: tensor<2xf32>) -> tensor<2x2xf32> {
  %z = arith.constant dense<0.0> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [5.0, 1.0]]> : tensor<2x2xf32>
  %x = linalg.matmul ins(%h, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %s = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>)
      outs(%x : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = norm.layer_norm %s, %gamma eps 1.0e-5 : tensor<2x2xf32>, tensor<2xf32>
  return %y : tensor<2x2xf32>
}
