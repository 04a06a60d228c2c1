// RUN: seednorm-opt %s --convert-calls-to-norm --allow-unregistered-dialect --split-input-file | FileCheck %s

// CHECK-LABEL: func @composite
// CHECK-SAME:      (%[[X:.+]]: tensor<?x64xbf16>, %[[G:.+]]: tensor<64xf32>)
// CHECK-NEXT:    %[[Y:.+]] = norm.rms_norm %[[X]], %[[G]] eps 1.000000e-05 : tensor<?x64xbf16>, tensor<64xf32>
// CHECK-NEXT:    return %[[Y]]
func.func @composite(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %y = "stablehlo.composite"(%x, %g) {name = "seednorm.rms_norm", composite_attributes = {eps = 1.0e-5 : f64}, decomposition = @impl, version = 0 : i32}
      : (tensor<?x64xbf16>, tensor<64xf32>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}
// The decomposition goes, and what only it calls.
// CHECK-NOT: @impl
// CHECK-NOT: @part
func.func private @impl(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %y = func.call @part(%x) : (tensor<?x64xbf16>) -> tensor<?x64xbf16>
  %z = func.call @used(%y) : (tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %z : tensor<?x64xbf16>
}
func.func private @part(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16>
// CHECK: func private @used
func.func private @used(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16>
func.func @user(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %y = func.call @used(%x) : (tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}

// -----

// A decomposition that someone else calls, or may call, stays.
// CHECK-LABEL: func @decompositions
// CHECK-COUNT-2: norm.softmax
// CHECK:       func private @called
// CHECK:       func @public
func.func @decompositions(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %y = "stablehlo.composite"(%x) <{name = "seednorm.softmax", decomposition = @called}> : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %z = "stablehlo.composite"(%x) <{name = "seednorm.softmax", decomposition = @public}> : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %w = func.call @called(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y, %z, %w : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}
func.func private @called(%x: tensor<4x8xf32>) -> tensor<4x8xf32>
func.func @public(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  return %x : tensor<4x8xf32>
}

// -----

// Numbers of other widths, strings, tensors of one element.
// CHECK-LABEL: func @attributes
// CHECK:         norm.seednorm {{.*}} eps 9.9999999747524271E-7 heads 4 activation sigmoid seed_scale 5.000000e-01 gamma_offset 1.000000e+00
func.func @attributes(%x: tensor<?x64xf16>, %p: tensor<64xf16>) -> tensor<?x64xf16> {
  %y = "stablehlo.custom_call"(%x, %p, %p, %p) {
      call_target_name = "seednorm.seednorm", api_version = 4 : i32,
      backend_config = {eps = 1.0e-6 : f32, num_heads = 4 : i32, activation = "sigmoid",
                        seed_scale = dense<0.5> : tensor<f32>, gamma_offset = 1 : i64}}
      : (tensor<?x64xf16>, tensor<64xf16>, tensor<64xf16>, tensor<64xf16>) -> tensor<?x64xf16>
  return %y : tensor<?x64xf16>
}

// -----

// Where XLA keeps a dictionary while the attribute has to be a string.
// CHECK-LABEL: func @older
// CHECK:         norm.l2_norm %{{.+}} eps 1.000000e-03
func.func @older(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "stablehlo.custom_call"(%x) <{call_target_name = "seednorm.l2_norm", backend_config = ""}> {mhlo.backend_config = {eps = 1.0e-3 : f64}}
      : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// The result of a norm may be wider than its input.
// CHECK-LABEL: func @torch
// CHECK:         norm.layer_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 : tensor<2x?x64xbf16>, tensor<64xf32>, tensor<64xf32> -> tensor<2x?x64xf32>
func.func @torch(%x: tensor<2x?x64xbf16>, %g: tensor<64xf32>) -> tensor<2x?x64xf32> {
  %y = "torch.operator"(%x, %g, %g) <{name = "torch.seednorm.layer_norm"}> {eps = 1.0e-5 : f64}
      : (tensor<2x?x64xbf16>, tensor<64xf32>, tensor<64xf32>) -> tensor<2x?x64xf32>
  return %y : tensor<2x?x64xf32>
}

// -----

// Two optional operands: the first, both, and the second alone.
// CHECK-LABEL: func @optional
// CHECK:         norm.group_norm %{{.+}} gamma(%{{.+}}) groups 2
// CHECK:         norm.group_norm %{{.+}} gamma(%{{.+}}) bias(%{{.+}}) groups 2
// CHECK:         norm.group_norm %{{.+}} bias(%{{.+}}) groups 2
func.func @optional(%x: tensor<4x8x6xf32>, %p: tensor<8xf32>) -> (tensor<4x8x6xf32>, tensor<4x8x6xf32>, tensor<4x8x6xf32>) {
  %a = "torch.operator"(%x, %p) {name = "torch.seednorm.group_norm", eps = 1.0e-5 : f32, num_groups = 2 : i64}
      : (tensor<4x8x6xf32>, tensor<8xf32>) -> tensor<4x8x6xf32>
  %b = "torch.operator"(%x, %p, %p) {name = "torch.seednorm.group_norm", eps = 1.0e-5 : f32, num_groups = 2 : i64}
      : (tensor<4x8x6xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x6xf32>
  %c = "torch.operator"(%x, %p) {name = "torch.seednorm.group_norm", eps = 1.0e-5 : f32, num_groups = 2 : i64, operandSegmentSizes = array<i32: 1, 0, 1>}
      : (tensor<4x8x6xf32>, tensor<8xf32>) -> tensor<4x8x6xf32>
  return %a, %b, %c : tensor<4x8x6xf32>, tensor<4x8x6xf32>, tensor<4x8x6xf32>
}

// -----

// Two results, a type and an enumeration that has another name than its attribute.
// CHECK-LABEL: func @quantize
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize
// CHECK-SAME:    i8
func.func @quantize(%x: tensor<?x64xbf16>) -> (tensor<?x64xi8>, tensor<?xf32>) {
  %y:2 = "stablehlo.custom_call"(%x) {call_target_name = "seednorm.quantize", api_version = 4 : i32, backend_config = {to = "i8", per = "row"}}
      : (tensor<?x64xbf16>) -> (tensor<?x64xi8>, tensor<?xf32>)
  return %y#0, %y#1 : tensor<?x64xi8>, tensor<?xf32>
}
