// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// Groups of channels on ranks 2 to 5, with each optional operand alone, and scales
// of heads.

// CHECK-LABEL: func @group_norm
// CHECK:         norm.group_norm %{{[^ ]+}} groups 3 eps 1.000000e-05 : tensor<?x9xf32>{{$}}
// CHECK:         norm.group_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<9xf32>) groups 3 eps 1.000000e-05 : tensor<0x9x7xf16>{{$}}
// CHECK:         norm.group_norm %{{[^ ]+}} bias(%{{.+}} : tensor<9xbf16>) groups 3 eps 1.000000e-05 : tensor<?x9x3x5xbf16> -> tensor<?x9x3x5xf32>
// CHECK:         norm.group_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<9xf32>) bias(%{{.+}} : tensor<9xf32>) groups 3 eps 1.000000e-05 : tensor<2x9x1x3x5xf64>{{$}}
// CHECK:         norm.group_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<1xf32>) groups 1 eps 1.000000e-05 layout channels_last : tensor<?x5x7x1xf16>
func.func @group_norm(
    %r2: tensor<?x9xf32>, %r3: tensor<0x9x7xf16>, %r4: tensor<?x9x3x5xbf16>, %r5: tensor<2x9x1x3x5xf64>,
    %g: tensor<9xf32>, %b: tensor<9xbf16>, %last: tensor<?x5x7x1xf16>, %one: tensor<1xf32>) {
  %0 = norm.group_norm %r2 groups 3 eps 1.0e-5 : tensor<?x9xf32>
  %1 = norm.group_norm %r3 gamma(%g : tensor<9xf32>) groups 3 eps 1.0e-5 layout channels_first : tensor<0x9x7xf16>
  %2 = norm.group_norm %r4 bias(%b : tensor<9xbf16>) groups 3 eps 1.0e-5 : tensor<?x9x3x5xbf16> -> tensor<?x9x3x5xf32>
  %3 = norm.group_norm %r5 gamma(%g : tensor<9xf32>) bias(%g : tensor<9xf32>) groups 3 eps 1.0e-5 : tensor<2x9x1x3x5xf64>
  %4 = norm.group_norm %last gamma(%one : tensor<1xf32>) groups 1 eps 1.0e-5 layout channels_last : tensor<?x5x7x1xf16>
  return
}

// CHECK-LABEL: func @instance_norm
// CHECK:         norm.instance_norm %{{[^ ]+}} eps 1.000000e-05 : tensor<?x9xf32>{{$}}
// CHECK:         norm.instance_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<9xf32>) eps 1.000000e-05 : tensor<0x9x7xf16>{{$}}
// CHECK:         norm.instance_norm %{{[^ ]+}} bias(%{{.+}} : tensor<9xbf16>) eps 1.000000e-05 : tensor<?x9x3x5xbf16> -> tensor<?x9x3x5xf32>
// CHECK:         norm.instance_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<9xf32>) bias(%{{.+}} : tensor<9xf32>) eps 1.000000e-05 : tensor<2x9x1x3x5xf64>{{$}}
// CHECK:         norm.instance_norm %{{[^ ]+}} gamma(%{{.+}} : tensor<1xf32>) eps 1.000000e-05 layout channels_last : tensor<?x5x7x1xf16>
func.func @instance_norm(
    %r2: tensor<?x9xf32>, %r3: tensor<0x9x7xf16>, %r4: tensor<?x9x3x5xbf16>, %r5: tensor<2x9x1x3x5xf64>,
    %g: tensor<9xf32>, %b: tensor<9xbf16>, %last: tensor<?x5x7x1xf16>, %one: tensor<1xf32>) {
  %0 = norm.instance_norm %r2 eps 1.0e-5 : tensor<?x9xf32>
  %1 = norm.instance_norm %r3 gamma(%g : tensor<9xf32>) eps 1.0e-5 layout channels_first : tensor<0x9x7xf16>
  %2 = norm.instance_norm %r4 bias(%b : tensor<9xbf16>) eps 1.0e-5 : tensor<?x9x3x5xbf16> -> tensor<?x9x3x5xf32>
  %3 = norm.instance_norm %r5 gamma(%g : tensor<9xf32>) bias(%g : tensor<9xf32>) eps 1.0e-5 : tensor<2x9x1x3x5xf64>
  %4 = norm.instance_norm %last gamma(%one : tensor<1xf32>) eps 1.0e-5 layout channels_last : tensor<?x5x7x1xf16>
  return
}

// All of a sample is one group, wherever its channels are.
// CHECK-LABEL: func @channels_last
// CHECK:         norm.group_norm {{.+}} groups 1 eps 1.000000e-05 layout channels_last : tensor<?x5x7x9xf16>{{$}}
func.func @channels_last(%x: tensor<?x5x7x9xf16>, %g: tensor<9xf16>) {
  %y = norm.group_norm %x gamma(%g : tensor<9xf16>) groups 1 eps 1.0e-5 layout channels_last : tensor<?x5x7x9xf16>
  return
}

// CHECK-LABEL: func @group_norm_generic
// CHECK:         norm.group_norm %{{[^ ]+}} bias(%{{.+}} : tensor<9xf32>) groups 3 eps 1.000000e-05 : tensor<2x9xf32>{{$}}
func.func @group_norm_generic(%x: tensor<2x9xf32>, %b: tensor<9xf32>) {
  %y = "norm.group_norm"(%x, %b)
      <{num_groups = 3 : i64, eps = 1.0e-5 : f64, operandSegmentSizes = array<i32: 1, 0, 1>}>
      : (tensor<2x9xf32>, tensor<9xf32>) -> tensor<2x9xf32>
  return
}

// CHECK-LABEL: func @head_scale
// CHECK:         norm.head_scale %{{.+}}, %{{.+}} : tensor<9xf32>, tensor<1xf32>{{$}}
// CHECK:         norm.head_scale %{{.+}}, %{{.+}} : tensor<2x?x0x9xbf16>, tensor<3xbf16>{{$}}
// CHECK:         norm.head_scale %{{.+}}, %{{.+}} : tensor<?x9xf16>, tensor<9xf32> -> tensor<?x9xf32>
func.func @head_scale(
    %r1: tensor<9xf32>, %one: tensor<1xf32>, %r4: tensor<2x?x0x9xbf16>, %s3: tensor<3xbf16>,
    %x: tensor<?x9xf16>, %s9: tensor<9xf32>) {
  %0 = norm.head_scale %r1, %one : tensor<9xf32>, tensor<1xf32>
  %1 = norm.head_scale %r4, %s3 : tensor<2x?x0x9xbf16>, tensor<3xbf16>
  %2 = norm.head_scale %x, %s9 : tensor<?x9xf16>, tensor<9xf32> -> tensor<?x9xf32>
  return
}
