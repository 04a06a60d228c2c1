// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// Rows in eight bits: each type, each sharing of a scale, and the shapes of scales.

// CHECK-LABEL: func @quantize
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize %{{.+}} to i8 per row : tensor<7xf32>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize %{{.+}} to f8E4M3FN per group : tensor<?x3x384xbf16>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize %{{.+}} to f8E5M2 per group group_size 500 : tensor<?x3x384xbf16>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize %{{.+}} to i8 per row : tensor<0x7xf64>{{$}}
// CHECK:         %{{[^,]+}} = norm.quantize %{{.+}} to f8E4M3FN per static scale(%{{.+}} : tensor<1xf32>) : tensor<2x?x3x7xf16>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.quantize %{{.+}} to i8 per row : tensor<?x3x384xbf16>{{$}}
func.func @quantize(
    %r1: tensor<7xf32>, %x: tensor<?x3x384xbf16>, %w: tensor<0x7xf64>, %s: tensor<1xf32>, %r4: tensor<2x?x3x7xf16>) {
  %0, %s0 = norm.quantize %r1 to i8 per row : tensor<7xf32>
  %1, %s1 = norm.quantize %x to f8E4M3FN per group : tensor<?x3x384xbf16>
  %2, %s2 = norm.quantize %x to f8E5M2 per group group_size 500 : tensor<?x3x384xbf16>
  %3, %s3 = norm.quantize %w to i8 per row : tensor<0x7xf64>
  %4 = norm.quantize %r4 to f8E4M3FN per static scale(%s : tensor<1xf32>) : tensor<2x?x3x7xf16>
  %5, %s5 = norm.quantize %x to i8 per row group_size 128 : tensor<?x3x384xbf16>
  return
}

// A row has one scale; 384 columns have three groups of 128. Scales are of
// the type computed in.
// CHECK-LABEL: func @scales
// CHECK-SAME:      -> (tensor<f32>, tensor<?x3xf64>, tensor<?x3x3xf32>)
func.func @scales(%r1: tensor<7xf32>, %w: tensor<?x3x7xf64>, %x: tensor<?x3x384xbf16>)
    -> (tensor<f32>, tensor<?x3xf64>, tensor<?x3x3xf32>) {
  %0, %s0 = norm.quantize %r1 to i8 per row : tensor<7xf32>
  %1, %s1 = norm.quantize %w to i8 per row : tensor<?x3x7xf64>
  %2, %s2 = norm.quantize %x to f8E4M3FN per group : tensor<?x3x384xbf16>
  return %s0, %s1, %s2 : tensor<f32>, tensor<?x3xf64>, tensor<?x3x3xf32>
}

// CHECK-LABEL: func @generic
// CHECK:         norm.quantize %{{.+}} to i8 per static scale(%{{.+}} : tensor<1xf32>) : tensor<2x7xf32>{{$}}
func.func @generic(%x: tensor<2x7xf32>, %s: tensor<1xf32>) {
  %y = "norm.quantize"(%x, %s) <{to = i8, per = #norm<scaling static>}>
      : (tensor<2x7xf32>, tensor<1xf32>) -> tensor<2x7xi8>
  return
}
