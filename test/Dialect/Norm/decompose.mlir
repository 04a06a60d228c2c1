// RUN: seednorm-opt %s --norm-decompose --canonicalize --split-input-file | FileCheck %s

// Everything in f32, one rounding at the end, rows counted at run time.
// CHECK-DAG: #[[ALL:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.+]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @rms_norm
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x128xbf16>, %[[GAMMA:[^:]+]]: tensor<128xf32>
// CHECK-NOT:     norm.
// CHECK-DAG:     %[[EPS:.+]] = arith.constant 9.99999974E-6 : f32
// CHECK-DAG:     %[[INVERSE:.+]] = arith.constant 7.812500e-03 : f32
// CHECK-DAG:     %[[N:.+]] = tensor.dim %[[X]], %c0

// CHECK:         %[[SUM:.+]] = linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] : tensor<?x128xbf16>)
// CHECK-NEXT:    ^bb0(%[[IN:.+]]: bf16, %[[PARTIAL:.+]]: f32):
// CHECK-NEXT:      %[[IN32:.+]] = arith.extf %[[IN]] : bf16 to f32
// CHECK-NEXT:      %[[SQUARE:.+]] = arith.mulf %[[IN32]], %[[IN32]] : f32
// CHECK-NEXT:      arith.addf %[[PARTIAL]], %[[SQUARE]] : f32

// CHECK:         %[[R:.+]] = linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%[[SUM]] : tensor<?xf32>)
// CHECK-NEXT:    ^bb0(%[[TOTAL:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:      %[[MEAN:.+]] = arith.mulf %[[TOTAL]], %[[INVERSE]] : f32
// CHECK-NEXT:      %[[SHIFTED:.+]] = arith.addf %[[MEAN]], %[[EPS]] : f32
// CHECK-NEXT:      math.rsqrt %[[SHIFTED]] : f32

// CHECK:         %[[EMPTY:.+]] = tensor.empty(%[[N]]) : tensor<?x128xbf16>
// CHECK:         %[[Y:.+]] = linalg.generic {indexing_maps = [#[[ALL]], #[[COLUMN]], #[[ROW]], #[[ALL]]], iterator_types = ["parallel", "parallel"]} ins(%[[X]], %[[GAMMA]], %[[R]] : {{.*}}) outs(%[[EMPTY]]
// CHECK-NEXT:    ^bb0(%[[IN:.+]]: bf16, %[[G:.+]]: f32, %[[R0:.+]]: f32, %{{.+}}: bf16):
// CHECK-NEXT:      %[[IN32:.+]] = arith.extf %[[IN]] : bf16 to f32
// CHECK-NEXT:      %[[UNIT:.+]] = arith.mulf %[[IN32]], %[[R0]] : f32
// CHECK-NEXT:      %[[OUT:.+]] = arith.mulf %[[G]], %[[UNIT]] : f32
// CHECK-NEXT:      arith.truncf %[[OUT]] : f32 to bf16
// CHECK:         return %[[Y]]
func.func @rms_norm(%x: tensor<?x128xbf16>, %gamma: tensor<128xf32>)
    -> tensor<?x128xbf16> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-5
      : tensor<?x128xbf16>, tensor<128xf32>
  return %y : tensor<?x128xbf16>
}

// -----

// One head needs no reshape; parameters are extended before the offset is
// added.
// CHECK-LABEL: func @one_head
// CHECK-NOT:     expand_shape
// CHECK:         %[[T:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%{{.+}} : tensor<?x?xf32>)
// CHECK:           math.tanh
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK-NEXT:    ^bb0(%[[IN:.+]]: f16, %[[A:.+]]: f16, %[[G:.+]]: f16, %[[R:.+]]: f32, %[[T0:.+]]: f32, %{{.+}}: f16):
// CHECK-DAG:       %[[IN32:.+]] = arith.extf %[[IN]]
// CHECK-DAG:       %[[A32:.+]] = arith.extf %[[A]]
// CHECK-DAG:       %[[G32:.+]] = arith.extf %[[G]]
// CHECK-DAG:       %[[DYNAMIC:.+]] = arith.mulf %[[T0]], %[[A32]] : f32
// CHECK-DAG:       %[[STATIC:.+]] = arith.addf %[[G32]], %{{.+}} : f32
// CHECK:           %[[SCALE:.+]] = arith.addf %[[DYNAMIC]], %[[STATIC]] : f32
// CHECK-NEXT:      %[[UNIT:.+]] = arith.mulf %[[IN32]], %[[R]] : f32
// CHECK-NEXT:      %[[OUT:.+]] = arith.mulf %[[SCALE]], %[[UNIT]] : f32
// CHECK-NEXT:      arith.truncf %[[OUT]] : f32 to f16
// CHECK-NOT:     collapse_shape
func.func @one_head(%x: tensor<?x?x8xf16>, %p: tensor<8xf16>)
    -> tensor<?x?x8xf16> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 gamma_offset 1.0
      : tensor<?x?x8xf16>, tensor<8xf16>
  return %y : tensor<?x?x8xf16>
}

// -----

// The mean is over the whole row, the sums with beta over one head each.
// CHECK-LABEL: func @four_heads
// CHECK:         %[[X:.+]] = tensor.expand_shape %{{.+}} {{\[}}[0], [1], [2, 3]] output_shape [2, %{{.+}}, 4, 2]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%[[X]] : tensor<2x?x4x2xf32>) outs(%{{.+}} : tensor<2x?xf32>)
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[X]], %{{.+}} : tensor<2x?x4x2xf32>, tensor<4x2xf32>) outs(%{{.+}} : tensor<2x?x4xf32>)
// CHECK:         %[[Y:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
// CHECK:         tensor.collapse_shape %[[Y]] {{\[}}[0], [1], [2, 3]] : tensor<2x?x4x2xf32> into tensor<2x?x8xf32>
func.func @four_heads(%x: tensor<2x?x8xf32>, %p: tensor<8xf32>)
    -> tensor<2x?x8xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads 4
      : tensor<2x?x8xf32>, tensor<8xf32>
  return %y : tensor<2x?x8xf32>
}

// -----

// A single row of a single column still is a row.
// CHECK-LABEL: func @one_element
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%{{.+}} : tensor<1xf32>) outs(%{{.+}} : tensor<f32>)
// CHECK:         linalg.generic {{.*}} iterator_types = []} ins(%{{.+}} : tensor<f32>)
func.func @one_element(%x: tensor<1xf32>, %p: tensor<1xf32>) -> tensor<1xf32> {
  %y = norm.rms_norm %x, %p eps 1.0e-5 : tensor<1xf32>, tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

// NaN must pass: maximumf and minimumf, not maxnumf and minnumf.
// CHECK-LABEL: func @hardtanh
// CHECK-DAG:     %[[LOW:.+]] = arith.constant -1.000000e+00 : f32
// CHECK-DAG:     %[[HIGH:.+]] = arith.constant 1.000000e+00 : f32
// CHECK:         %[[MIN:.+]] = arith.minimumf %{{.+}}, %[[HIGH]] : f32
// CHECK-NEXT:    arith.maximumf %[[MIN]], %[[LOW]] : f32
func.func @hardtanh(%x: tensor<4xf32>, %p: tensor<4xf32>) -> tensor<4xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 activation hardtanh
      : tensor<4xf32>, tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// What all columns share is computed once a row, what depends on parameters
// alone where it is used; one number for all columns is read at 0.
// CHECK-DAG:   #[[FIRST:.+]] = affine_map<(d0, d1) -> (0)>
// CHECK-LABEL: func @scale_norm
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel"]}
// CHECK:           math.sqrt
// CHECK:           arith.maximumf
// CHECK:         linalg.generic {indexing_maps = [#{{.+}}, #[[FIRST]], #{{.+}}, #{{.+}}], iterator_types = ["parallel", "parallel"]}
// CHECK-NOT:     linalg.generic
func.func @scale_norm(%x: tensor<?x8xf32>, %s: tensor<1xf32>) -> tensor<?x8xf32> {
  %y = norm.scale_norm %x, %s eps 1.0e-5 : tensor<?x8xf32>, tensor<1xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @partial
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:           %[[COLUMN:.+]] = linalg.index 1
// CHECK:           %[[KEPT:.+]] = arith.cmpi ult, %[[COLUMN]], %c3
// CHECK:           arith.select %[[KEPT]]
func.func @partial(%x: tensor<?x8xf32>, %g: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 partial 0.3 : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @softmax
// CHECK:         %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
// CHECK:         linalg.fill ins(%[[LOWEST]]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:           arith.maximumf
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]}
// CHECK:           arith.divf
func.func @softmax(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = norm.softmax %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// Nothing else changes.
// CHECK-LABEL: func @no_match
// CHECK-NEXT:    %[[Y:.+]] = math.tanh %{{.+}} : tensor<4xf32>
// CHECK-NEXT:    return %[[Y]]
func.func @no_match(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = math.tanh %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
