// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// What norm.quantize refuses; labels are those of docs/Spec.md.

// C1: shape
func.func @quantize_other_shape(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects results of type 'tensor<2x4xi8>', 'tensor<2xf32>', but got 'tensor<4x2xi8>', 'tensor<2xf32>'}}
  %y, %s = "norm.quantize"(%x) <{to = i8, per = #norm<scaling row>}>
      : (tensor<2x4xf32>) -> (tensor<4x2xi8>, tensor<2xf32>)
  return
}

// -----

// C1: element type
func.func @quantize_other_type(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects results of type 'tensor<2x4xi8>', 'tensor<2xf32>', but got 'tensor<2x4xf8E5M2>', 'tensor<2xf32>'}}
  %y, %s = "norm.quantize"(%x) <{to = i8, per = #norm<scaling row>}>
      : (tensor<2x4xf32>) -> (tensor<2x4xf8E5M2>, tensor<2xf32>)
  return
}

// -----

// C2: element type
func.func @quantize_integers(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xi32>'}}
  %y, %s = norm.quantize %x to i8 per row : tensor<2x4xi32>
  return
}

// -----

// C2: rank
func.func @quantize_rank_0(%x: tensor<f32>) {
  // expected-error @+1 {{expects 'input' to have at least one dimension, but got 'tensor<f32>'}}
  %y = norm.quantize %x to i8 per row : tensor<f32>
  return
}

// -----

// C2: encoding
func.func @quantize_encoded(%x: tensor<4xf32, "column">) {
  // expected-error @+1 {{expects 'input' to have no encoding, but got 'tensor<4xf32, "column">'}}
  %y, %s = norm.quantize %x to i8 per row : tensor<4xf32, "column">
  return
}

// -----

// C3: static
func.func @quantize_dynamic_row(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to be static, but got 'tensor<2x?xf32>'}}
  %y, %s = norm.quantize %x to i8 per row : tensor<2x?xf32>
  return
}

// -----

// C3: not 0
func.func @quantize_empty_row(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{expects the last dimension of 'input' to hold at least one element, but got 'tensor<2x0xf32>'}}
  %y, %s = norm.quantize %x to i8 per row : tensor<2x0xf32>
  return
}

// -----

// C4
func.func @quantize_to_i4(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'to' to be f8E4M3FN, f8E5M2 or i8, but got 'i4'}}
  %y, %s = "norm.quantize"(%x) <{to = i4, per = #norm<scaling row>}>
      : (tensor<2x4xf32>) -> (tensor<2x4xi8>, tensor<2xf32>)
  return
}

// -----

// C4: signless
func.func @quantize_to_si8(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'to' to be f8E4M3FN, f8E5M2 or i8, but got 'si8'}}
  %y, %s = "norm.quantize"(%x) <{to = si8, per = #norm<scaling row>}>
      : (tensor<2x4xf32>) -> (tensor<2x4xi8>, tensor<2xf32>)
  return
}

// -----

// C5: static without a scale
func.func @quantize_no_scale(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects a 'scale' where 'per' is static, and only there}}
  %y = norm.quantize %x to i8 per static : tensor<2x4xf32>
  return
}

// -----

// C5: a scale without static
func.func @quantize_two_scales(%x: tensor<2x4xf32>, %scale: tensor<1xf32>) {
  // expected-error @+1 {{expects a 'scale' where 'per' is static, and only there}}
  %y, %s = norm.quantize %x to i8 per row scale(%scale : tensor<1xf32>) : tensor<2x4xf32>
  return
}

// -----

// C5: one element
func.func @quantize_two_numbers(%x: tensor<2x4xf32>, %scale: tensor<2xf32>) {
  // expected-error @+1 {{expects 'scale' to have 1 element, but got 2}}
  %y = norm.quantize %x to i8 per static scale(%scale : tensor<2xf32>) : tensor<2x4xf32>
  return
}

// -----

// C5: rank
func.func @quantize_scale_of_rank_0(%x: tensor<2x4xf32>, %scale: tensor<f32>) {
  // expected-error @+1 {{expects 'scale' to have rank 1, but got 'tensor<f32>'}}
  %y = norm.quantize %x to i8 per static scale(%scale : tensor<f32>) : tensor<2x4xf32>
  return
}

// -----

// C5: encoding
func.func @quantize_encoded_scale(%x: tensor<2x4xf32>, %scale: tensor<1xf32, "s">) {
  // expected-error @+1 {{expects 'scale' to have no encoding, but got 'tensor<1xf32, "s">'}}
  %y = norm.quantize %x to i8 per static scale(%scale : tensor<1xf32, "s">) : tensor<2x4xf32>
  return
}

// -----

// C6
func.func @quantize_f16_scale(%x: tensor<2x4xf32>, %scale: tensor<1xf16>) {
  // expected-error @+1 {{expects 'scale' to have elements of type 'f32', but got 'f16'}}
  %y = norm.quantize %x to i8 per static scale(%scale : tensor<1xf16>) : tensor<2x4xf32>
  return
}

// -----

// C7: no second result
func.func @quantize_no_row_scale(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects results of type 'tensor<2x4xi8>', 'tensor<2xf32>', but got 'tensor<2x4xi8>'}}
  %y = "norm.quantize"(%x) <{to = i8, per = #norm<scaling row>}>
      : (tensor<2x4xf32>) -> tensor<2x4xi8>
  return
}

// -----

// C7: a second result with static
func.func @quantize_static_row_scale(%x: tensor<2x4xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{expects results of type 'tensor<2x4xi8>', but got 'tensor<2x4xi8>', 'tensor<2xf32>'}}
  %y, %t = "norm.quantize"(%x, %s) <{to = i8, per = #norm<scaling static>}>
      : (tensor<2x4xf32>, tensor<1xf32>) -> (tensor<2x4xi8>, tensor<2xf32>)
  return
}

// -----

// C7: number of groups
func.func @quantize_other_groups(%x: tensor<2x384xf32>) {
  // expected-error @+1 {{expects results of type 'tensor<2x384xi8>', 'tensor<2x3xf32>', but got 'tensor<2x384xi8>', 'tensor<2x2xf32>'}}
  %y, %s = "norm.quantize"(%x) <{to = i8, per = #norm<scaling group>}>
      : (tensor<2x384xf32>) -> (tensor<2x384xi8>, tensor<2x2xf32>)
  return
}

// -----

// C7: element type
func.func @quantize_bf16_row_scale(%x: tensor<2x4xbf16>) {
  // expected-error @+1 {{expects results of type 'tensor<2x4xi8>', 'tensor<2xf32>', but got 'tensor<2x4xi8>', 'tensor<2xbf16>'}}
  %y, %s = "norm.quantize"(%x) <{to = i8, per = #norm<scaling row>}>
      : (tensor<2x4xbf16>) -> (tensor<2x4xi8>, tensor<2xbf16>)
  return
}

// -----

// C8
func.func @quantize_no_columns(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'group_size' to be at least 1, but got 0}}
  %y, %s = norm.quantize %x to i8 per group group_size 0 : tensor<2x4xf32>
  return
}

// -----

func.func @quantize_misspelt_scaling(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 'per' to be one of static, row, group, but got 'tensor'}}
  %y, %s = norm.quantize %x to i8 per tensor : tensor<2x4xf32>
  return
}
