// RUN: seednorm-opt %s --norm-decompose --canonicalize --split-input-file | FileCheck %s

// How operands lie beside rows: by sample, by head of the input, by channel and by
// head of a row; and several results.

// A slice of a sample is read at the sample's indices. The sum is rounded before
// anything sees it, and is a result of its own type.
// CHECK-DAG:   #[[ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG:   #[[SAMPLE:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG:   #[[ROW:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func @modulate
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x3x8xf16>, %[[S:[^:]+]]: tensor<?x8xf32>, %[[R:[^:]+]]: tensor<?x3x8xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[ALL]], #[[SAMPLE]], #[[ROW]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[R]], %[[S]] :
// CHECK:           %[[SUM:.+]] = arith.addf
// CHECK-NEXT:      %[[ROUNDED:.+]] = arith.truncf %[[SUM]] : f32 to f16
// CHECK-NEXT:      %[[H:.+]] = arith.extf %[[ROUNDED]] : f16 to f32
// CHECK-NEXT:      arith.mulf %[[H]], %[[H]]
// CHECK:         %[[Y:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK:         %[[OUT:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK:           %[[SUM:.+]] = arith.addf
// CHECK-NEXT:      %[[ROUNDED:.+]] = arith.truncf %[[SUM]] : f32 to f16
// CHECK:         return %[[Y]], %[[OUT]] : tensor<?x3x8xf32>, tensor<?x3x8xf16>
func.func @modulate(%x: tensor<?x3x8xf16>, %s: tensor<?x8xf32>, %r: tensor<?x3x8xf32>)
    -> (tensor<?x3x8xf32>, tensor<?x3x8xf16>) {
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x3x8xf32>) gate(%s : tensor<?x8xf32>) statistics rms_norm eps 1.0e-5
      : tensor<?x3x8xf16>, tensor<?x8xf32> -> tensor<?x3x8xf32>, tensor<?x3x8xf16>
  return %y, %h : tensor<?x3x8xf32>, tensor<?x3x8xf16>
}

// -----

// A weight for each head of the input, and Llama's rounding before it.
// CHECK-DAG:   #[[ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG:   #[[HEAD:.+]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG:   #[[ROW:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func @by_head
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[HEAD]], #[[ROW]], #[[ALL]]], iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK-NEXT:    ^bb0(%[[X:.+]]: bf16, %[[G:.+]]: f32, %[[R:.+]]: f32, %{{.+}}: bf16):
// CHECK-NEXT:      %[[X32:.+]] = arith.extf %[[X]]
// CHECK-NEXT:      %[[N:.+]] = arith.mulf %[[X32]], %[[R]]
// CHECK-NEXT:      %[[ROUNDED:.+]] = arith.truncf %[[N]] : f32 to bf16
// CHECK-NEXT:      %[[N32:.+]] = arith.extf %[[ROUNDED]]
// CHECK-NEXT:      %[[Y:.+]] = arith.mulf %[[G]], %[[N32]]
// CHECK-NEXT:      arith.truncf %[[Y]]
func.func @by_head(%x: tensor<?x3x8xbf16>, %g: tensor<3x8xf32>) -> tensor<?x3x8xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 casting_mode llama : tensor<?x3x8xbf16>, tensor<3x8xf32>
  return %y : tensor<?x3x8xbf16>
}

// -----

// Channels are split into groups of channels, whose rows have two dimensions.
// CHECK-DAG:   #[[ALL:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG:   #[[CHANNEL:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d2)>
// CHECK-DAG:   #[[GROUP:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK-LABEL: func @groups
// CHECK-DAG:     %[[X:.+]] = tensor.expand_shape %{{.+}} {{\[}}[0], [1, 2], [3]] output_shape [%{{.+}}, 3, 2, 5] : tensor<?x6x5xf32> into tensor<?x3x2x5xf32>
// CHECK-DAG:     %[[G:.+]] = tensor.expand_shape %{{.+}} {{\[}}[0, 1]] output_shape [3, 2] : tensor<6xf32> into tensor<3x2xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[GROUP]]], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%[[X]] :
// CHECK:         %[[Y:.+]] = linalg.generic {indexing_maps = [#[[ALL]], #[[CHANNEL]], {{.*}}#[[ALL]]], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%[[X]], %[[G]],
// CHECK:         tensor.collapse_shape %[[Y]] {{\[}}[0], [1, 2], [3]] : tensor<?x3x2x5xf32> into tensor<?x6x5xf32>
func.func @groups(%x: tensor<?x6x5xf32>, %g: tensor<6xf32>) -> tensor<?x6x5xf32> {
  %y = norm.group_norm %x gamma(%g : tensor<6xf32>) groups 3 eps 1.0e-5 : tensor<?x6x5xf32>
  return %y : tensor<?x6x5xf32>
}

// -----

// One group is all of a sample and needs no split; its last dimension says the
// channel where channels are last.
// CHECK-DAG:   #[[ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG:   #[[CHANNEL:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-LABEL: func @channels_last
// CHECK-NOT:     expand_shape
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "reduction"]}
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[CHANNEL]], {{.*}}#[[ALL]]], iterator_types = ["parallel", "parallel", "parallel"]}
func.func @channels_last(%x: tensor<?x5x3xf32>, %g: tensor<3xf32>) -> tensor<?x5x3xf32> {
  %y = norm.group_norm %x gamma(%g : tensor<3xf32>) groups 1 eps 1.0e-5 layout channels_last : tensor<?x5x3xf32>
  return %y : tensor<?x5x3xf32>
}

// -----

// One scale for each of two heads of four columns.
// CHECK-DAG:   #[[ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG:   #[[HEAD:.+]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-LABEL: func @head_scale
// CHECK:         tensor.expand_shape {{.*}} : tensor<?x8xf32> into tensor<?x2x4xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[HEAD]], #[[ALL]]], iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK:         tensor.collapse_shape
func.func @head_scale(%x: tensor<?x8xf32>, %s: tensor<2xf32>) -> tensor<?x8xf32> {
  %y = norm.head_scale %x, %s : tensor<?x8xf32>, tensor<2xf32>
  return %y : tensor<?x8xf32>
}

// -----

// A scale for each group, twice: for the numbers, and as a result.
// CHECK-LABEL: func @quantize
// CHECK:         %[[X:.+]] = tensor.expand_shape {{.*}} : tensor<?x8xbf16> into tensor<?x2x4xbf16>
// CHECK:         %[[MAX:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]] : tensor<?x2x4xbf16>)
// CHECK:           arith.maximumf
// CHECK:         %[[Q:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK:           math.roundeven
// CHECK:           %[[NAN:.+]] = arith.cmpf uno
// CHECK:           arith.select %[[NAN]]
// CHECK:           arith.fptosi %{{.+}} : f32 to i8
// CHECK:         %[[Y:.+]] = tensor.collapse_shape %[[Q]]
// CHECK:         %[[S:.+]] = linalg.generic {{.*}} ins(%[[MAX]] : tensor<?x2xf32>)
// CHECK:         return %[[Y]], %[[S]] : tensor<?x8xi8>, tensor<?x2xf32>
func.func @quantize(%x: tensor<?x8xbf16>) -> (tensor<?x8xi8>, tensor<?x2xf32>) {
  %y, %s = norm.quantize %x to i8 per group group_size 4 : tensor<?x8xbf16>
  return %y, %s : tensor<?x8xi8>, tensor<?x2xf32>
}
