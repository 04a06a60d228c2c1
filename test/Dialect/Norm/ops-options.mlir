// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// What operations took on later: results of f32, parameters by head, the depth of a
// layer, the order of roundings, and bounded tangents.

// CHECK-LABEL: func @results_of_f32
// CHECK:         norm.seednorm {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.rms_norm {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.crms_norm {{.+}} -> tensor<0x7xf32>
// CHECK:         norm.layer_norm {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.dyt {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.scale_norm {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.l2_norm {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.l1_norm {{.+}} -> tensor<0x7xf32>
// CHECK:         norm.softmax {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.log_softmax {{.+}} -> tensor<?x7xf32>
// CHECK:         norm.softmax %{{.+}} : tensor<?x7xbf16>{{$}}
func.func @results_of_f32(
    %x: tensor<?x7xbf16>, %w: tensor<0x7xf64>, %p: tensor<7xf32>, %s: tensor<1xf32>) {
  %0 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<?x7xbf16>, tensor<7xf32> -> tensor<?x7xf32>
  %1 = norm.rms_norm %x, %p bias %p eps 1.0e-5 : tensor<?x7xbf16>, tensor<7xf32>, tensor<7xf32> -> tensor<?x7xf32>
  %2 = norm.crms_norm %w, %p eps 1.0e-5 : tensor<0x7xf64>, tensor<7xf32> -> tensor<0x7xf32>
  %3 = norm.layer_norm %x, %p eps 1.0e-5 : tensor<?x7xbf16>, tensor<7xf32> -> tensor<?x7xf32>
  %4 = norm.dyt %x, %s, %p : tensor<?x7xbf16>, tensor<1xf32>, tensor<7xf32> -> tensor<?x7xf32>
  %5 = norm.scale_norm %x, %s eps 1.0e-5 : tensor<?x7xbf16>, tensor<1xf32> -> tensor<?x7xf32>
  %6 = norm.l2_norm %x eps 1.0e-5 : tensor<?x7xbf16> -> tensor<?x7xf32>
  %7 = norm.l1_norm %w eps 1.0e-5 : tensor<0x7xf64> -> tensor<0x7xf32>
  %8 = norm.softmax %x : tensor<?x7xbf16> -> tensor<?x7xf32>
  %9 = norm.log_softmax %x : tensor<?x7xbf16> -> tensor<?x7xf32>
  %10 = norm.softmax %x : tensor<?x7xbf16> -> tensor<?x7xbf16>
  return
}

// CHECK-LABEL: func @by_head
// CHECK:         norm.seednorm {{.+}}tensor<3x7xf32>
// CHECK:         norm.rms_norm {{.+}}tensor<3x7xf32>
// CHECK:         norm.crms_norm {{.+}}tensor<3x7xf32>
// CHECK:         norm.layer_norm {{.+}}tensor<3x7xf32>
// CHECK:         norm.dyt {{.+}}tensor<3x7xf32>
// CHECK:         norm.bhyt {{.+}}tensor<3x7xf32>
func.func @by_head(
    %x: tensor<?x3x7xbf16>, %p: tensor<3x7xf32>, %s: tensor<1xf32>, %b: tensor<7xbf16>) {
  %0 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 : tensor<?x3x7xbf16>, tensor<3x7xf32>
  %1 = norm.rms_norm %x, %p bias %b eps 1.0e-5 : tensor<?x3x7xbf16>, tensor<3x7xf32>, tensor<7xbf16>
  %2 = norm.crms_norm %x, %p eps 1.0e-5 : tensor<?x3x7xbf16>, tensor<3x7xf32>
  %3 = norm.layer_norm %x, %p bias %p eps 1.0e-5 : tensor<?x3x7xbf16>, tensor<3x7xf32>, tensor<3x7xf32>
  %4 = norm.dyt %x, %s, %p : tensor<?x3x7xbf16>, tensor<1xf32>, tensor<3x7xf32>
  %5 = norm.bhyt %x, %s, %p eps 1.0e-5 : tensor<?x3x7xbf16>, tensor<1xf32>, tensor<3x7xf32>
  return
}

// CHECK-LABEL: func @depth_and_order
// CHECK:         norm.rms_norm {{.+}} eps 1.000000e-05 casting_mode llama depth 12 : tensor<?x7xbf16>
// CHECK:         norm.rms_norm {{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 partial 5.000000e-01 : tensor<?x7xbf16>
// CHECK:         norm.rms_norm {{.+}} eps 1.000000e-05 depth 2 : tensor<?x7xbf16>
// CHECK:         norm.layer_norm {{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 depth 12 : tensor<?x7xbf16>
// CHECK:         norm.layer_norm {{.+}} eps 1.000000e-05 : tensor<?x7xbf16>
func.func @depth_and_order(
    %x: tensor<?x7xbf16>, %p: tensor<7xbf16>) {
  %0 = norm.rms_norm %x, %p eps 1.0e-5 casting_mode llama depth 12 : tensor<?x7xbf16>, tensor<7xbf16>
  %1 = norm.rms_norm %x, %p eps 1.0e-5 gamma_offset 1.0 partial 0.5 casting_mode gemma depth 1 : tensor<?x7xbf16>, tensor<7xbf16>
  %2 = norm.rms_norm %x, %p eps 1.0e-5 depth 2 : tensor<?x7xbf16>, tensor<7xbf16>
  %3 = norm.layer_norm %x, %p eps 1.0e-5 gamma_offset 1.0 depth 12 : tensor<?x7xbf16>, tensor<7xbf16>
  %4 = norm.layer_norm %x, %p eps 1.0e-5 depth 1 : tensor<?x7xbf16>, tensor<7xbf16>
  return
}

// CHECK-LABEL: func @bhyt
// CHECK:         norm.bhyt {{.+}} eps 1.000000e-05 : tensor<7xf32>, tensor<1xf32>, tensor<7xf32>{{$}}
// CHECK:         norm.bhyt {{.+}} eps 1.000000e-05 kappa 3.000000e+00 : tensor<2x?x0x7xf16>, tensor<1xf16>, tensor<7xf32> -> tensor<2x?x0x7xf32>
// CHECK:         norm.bhyt {{.+}} eps 1.000000e-05 : tensor<7xf32>, tensor<1xf32>, tensor<7xf32>{{$}}
func.func @bhyt(
    %r1: tensor<7xf32>, %p: tensor<7xf32>, %s: tensor<1xf32>, %r4: tensor<2x?x0x7xf16>, %s16: tensor<1xf16>) {
  %0 = norm.bhyt %r1, %s, %p eps 1.0e-5 : tensor<7xf32>, tensor<1xf32>, tensor<7xf32>
  %1 = norm.bhyt %r4, %s16, %p eps 1.0e-5 kappa 3.0 : tensor<2x?x0x7xf16>, tensor<1xf16>, tensor<7xf32> -> tensor<2x?x0x7xf32>
  %2 = norm.bhyt %r1, %s, %p eps 1.0e-5 kappa 10.0 : tensor<7xf32>, tensor<1xf32>, tensor<7xf32>
  return
}
