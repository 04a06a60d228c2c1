// RUN: seednorm-opt %s --norm-simplify --split-input-file | FileCheck %s
// RUN: seednorm-opt %s --norm-simplify=fold-scales=false --split-input-file | FileCheck %s --check-prefix=OFF

// OFF-LABEL: func.func @rms_norm
// OFF:         norm.rms_norm {{.+}} gamma_offset 1.000000e+00

// Row k of both weights takes gamma_k + 1; one of them is stored transposed.

// CHECK-LABEL: func.func @rms_norm
// CHECK-DAG:     %[[W:.+]] = arith.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00, 6.000000e+00], [1.200000e+01, 1.500000e+01, 1.800000e+01]]> : tensor<2x3xf32>
// CHECK-DAG:     %[[T:.+]] = arith.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01], [1.000000e+01, 1.800000e+01]]> : tensor<3x2xf32>
// CHECK-DAG:     %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK:         %[[N:.+]] = norm.rms_norm %{{.+}}, %[[ONES]] eps 1.000000e-05 partial 5.000000e-01 :
// CHECK:         linalg.matmul ins(%[[N]], %[[W]]
// CHECK:         linalg.matmul {{.+}} ins(%[[N]], %[[T]]
func.func @rms_norm(%x: tensor<4x2xf32>, %z: tensor<4x3xf32>)
    -> (tensor<4x3xf32>, tensor<4x3xf32>) {
  %gamma = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %t = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %n = norm.rms_norm %x, %gamma eps 1.0e-5 gamma_offset 1.0 partial 0.5
      : tensor<4x2xf32>, tensor<2xf32>
  %y = linalg.matmul ins(%n, %w : tensor<4x2xf32>, tensor<2x3xf32>)
      outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  %v = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                                      affine_map<(m, n, k) -> (n, k)>,
                                      affine_map<(m, n, k) -> (m, n)>]
      ins(%n, %t : tensor<4x2xf32>, tensor<3x2xf32>)
      outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %y, %v : tensor<4x3xf32>, tensor<4x3xf32>
}

// -----

// The bias times the weight is added to the result: 1 * [1, 2] + 10 * [3, 4].

// CHECK-LABEL: func.func @bias
// CHECK-DAG:     %[[W:.+]] = arith.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00], [9.000000e+00, 1.200000e+01]]> : tensor<2x2xbf16>
// CHECK-DAG:     %[[SHIFT:.+]] = arith.constant dense<[3.100000e+01, 4.200000e+01]> : tensor<2xf32>
// CHECK-DAG:     %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK:         %[[N:.+]] = norm.layer_norm %{{.+}}, %[[ONES]] eps 1.000000e-05 :
// CHECK:         %[[H:.+]] = linalg.matmul ins(%[[N]], %[[W]]
// CHECK:         %[[Y:.+]] = linalg.generic {{.+}} ins(%[[H]], %[[SHIFT]] : tensor<?x2xbf16>, tensor<2xf32>)
// CHECK:           arith.extf
// CHECK:           arith.addf
// CHECK:           arith.truncf
// CHECK:         return %[[Y]]
func.func @bias(%x: tensor<?x2xbf16>, %z: tensor<?x2xbf16>) -> tensor<?x2xbf16> {
  %gamma = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %bias = arith.constant dense<[1.0, 10.0]> : tensor<2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xbf16>
  %n = norm.layer_norm %x, %gamma bias %bias eps 1.0e-5
      : tensor<?x2xbf16>, tensor<2xf32>, tensor<2xf32>
  %y = linalg.matmul ins(%n, %w : tensor<?x2xbf16>, tensor<2x2xbf16>)
      outs(%z : tensor<?x2xbf16>) -> tensor<?x2xbf16>
  return %y : tensor<?x2xbf16>
}

// -----

// CHECK-LABEL: func.func @crms_norm
// CHECK-DAG:     %[[W:.+]] = arith.constant dense<{{\[\[}}2.000000e+00], [6.000000e+00]]> : tensor<2x1xf32>
// CHECK-DAG:     %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK:         %[[N:.+]] = norm.crms_norm %{{.+}}, %[[ONES]] eps
// CHECK:         linalg.matmul ins(%[[N]], %[[W]]
func.func @crms_norm(%x: tensor<4x2xf32>, %z: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %gamma = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %w = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %n = norm.crms_norm %x, %gamma eps 1.0e-5 : tensor<4x2xf32>, tensor<2xf32>
  %y = linalg.matmul ins(%n, %w : tensor<4x2xf32>, tensor<2x1xf32>)
      outs(%z : tensor<4x1xf32>) -> tensor<4x1xf32>
  return %y : tensor<4x1xf32>
}

// -----

// The scale stays where it or the weight is no constant, where anything else
// reads the norm, where it scales the rows of another operand, and where a
// weight would leave the range of its type.

// CHECK-LABEL: func.func @no_match
// CHECK-SAME:    %[[X:[^:]+]]: tensor<2x2xf16>, %[[Z:[^:]+]]: tensor<2x2xf16>, %[[GAMMA:[^:]+]]: tensor<2xf16>, %[[W:[^:]+]]: tensor<2x2xf16>
// CHECK-DAG:     %[[CONSTANT:.+]] = arith.constant dense<[2.000000e+00, 3.000000e+00]>
// CHECK-DAG:     %[[LARGE:.+]] = arith.constant dense<[2.000000e+00, 6.000000e+04]>
// CHECK-DAG:     %[[SMALL:.+]] = arith.constant dense<5.960460e-08>
// CHECK:         norm.rms_norm %[[X]], %[[GAMMA]]
// CHECK:         norm.rms_norm %[[X]], %[[CONSTANT]]
// CHECK:         norm.rms_norm %[[X]], %[[CONSTANT]]
// CHECK:         norm.rms_norm %[[X]], %[[CONSTANT]]
// CHECK:         norm.rms_norm %[[X]], %[[LARGE]]
// CHECK:         norm.rms_norm %[[X]], %[[SMALL]]
func.func @no_match(%x: tensor<2x2xf16>, %z: tensor<2x2xf16>, %gamma: tensor<2xf16>,
                    %w: tensor<2x2xf16>)
    -> (tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>,
        tensor<2x2xf16>, tensor<2x2xf16>) {
  %constant = arith.constant dense<[2.0, 3.0]> : tensor<2xf16>
  %large = arith.constant dense<[2.0, 60000.0]> : tensor<2xf16>
  %small = arith.constant dense<5.96046e-08> : tensor<2xf16>
  %weight = arith.constant dense<[[1.0, 2.0], [3.0, 4.3]]> : tensor<2x2xf16>
  %n0 = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y0 = linalg.matmul ins(%n0, %weight : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  %n1 = norm.rms_norm %x, %constant eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y1 = linalg.matmul ins(%n1, %w : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  %n2 = norm.rms_norm %x, %constant eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y2 = linalg.matmul ins(%n2, %weight : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  %n3 = norm.rms_norm %x, %constant eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y3 = linalg.matmul ins(%weight, %n3 : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  %n4 = norm.rms_norm %x, %large eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y4 = linalg.matmul ins(%n4, %weight : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  %n5 = norm.rms_norm %x, %small eps 1.0e-5 : tensor<2x2xf16>, tensor<2xf16>
  %y5 = linalg.matmul ins(%n5, %weight : tensor<2x2xf16>, tensor<2x2xf16>)
      outs(%z : tensor<2x2xf16>) -> tensor<2x2xf16>
  return %y0, %y1, %y2, %n2, %y3, %y4, %y5 : tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>,
      tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>, tensor<2x2xf16>
}

// -----

// Weights as importers leave them.

// CHECK-LABEL: func.func @resource
// CHECK:         arith.constant dense<{{\[\[}}2.000000e+00], [6.000000e+00]]> : tensor<2x1xf32>
func.func @resource(%x: tensor<4x2xf32>, %z: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %gamma = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %w = arith.constant dense_resource<weight> : tensor<2x1xf32>
  %n = norm.rms_norm %x, %gamma eps 1.0e-5 : tensor<4x2xf32>, tensor<2xf32>
  %y = linalg.matmul ins(%n, %w : tensor<4x2xf32>, tensor<2x1xf32>)
      outs(%z : tensor<4x1xf32>) -> tensor<4x1xf32>
  return %y : tensor<4x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      weight: "0x040000000000803f00000040"
    }
  }
#-}
