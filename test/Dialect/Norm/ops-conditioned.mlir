// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// Norms with conditions: slices of samples over one, some and all leading
// dimensions, every clause alone, and results of other types.

// CHECK-LABEL: func @ada_seednorm
// CHECK:         eps 1.000000e-05 : tensor<7xf32>, tensor<7xf32>, tensor<7xf32>{{$}}
// CHECK:         eps 1.000000e-05 heads 3 activation sigmoid seed_scale 5.000000e-01 : tensor<?x256x9xbf16>, tensor<9xf32>, tensor<?x9xbf16>{{$}}
// CHECK:         eps 1.000000e-05 : tensor<?x256x9xbf16>, tensor<256x9xf32>, tensor<?x9xbf16> -> tensor<?x256x9xf32>
// CHECK:         eps 1.000000e-05 : tensor<2x?x3x9xf16>, tensor<9xf32>, tensor<2x?x9xf32>{{$}}
// CHECK:         eps 1.000000e-05 : tensor<?x256x9xbf16>, tensor<9xf32>, tensor<9xf32>{{$}}
// CHECK:         eps 1.000000e-05 : tensor<5x7xf64>, tensor<7xf64>, tensor<7xf32>{{$}}
// CHECK:         eps 1.000000e-05 : tensor<0x9xf32>, tensor<9xf32>, tensor<0x9xf32>{{$}}
func.func @ada_seednorm(
    %r1: tensor<7xf32>, %p1: tensor<7xf32>, %x: tensor<?x256x9xbf16>, %p: tensor<9xf32>,
    %h: tensor<256x9xf32>, %s: tensor<?x9xbf16>, %r4: tensor<2x?x3x9xf16>, %s4: tensor<2x?x9xf32>,
    %w: tensor<5x7xf64>, %e: tensor<0x9xf32>, %es: tensor<0x9xf32>, %p64: tensor<7xf64>) {
  %0 = norm.ada_seednorm %r1, %p1, %p1, %p1, %p1 eps 1.0e-5 : tensor<7xf32>, tensor<7xf32>, tensor<7xf32>
  %1 = norm.ada_seednorm %x, %p, %p, %s, %s eps 1.0e-5 heads 3 activation sigmoid seed_scale 0.5
      : tensor<?x256x9xbf16>, tensor<9xf32>, tensor<?x9xbf16>
  %2 = norm.ada_seednorm %x, %h, %h, %s, %s eps 1.0e-5
      : tensor<?x256x9xbf16>, tensor<256x9xf32>, tensor<?x9xbf16> -> tensor<?x256x9xf32>
  %3 = norm.ada_seednorm %r4, %p, %p, %s4, %s4 eps 1.0e-5 : tensor<2x?x3x9xf16>, tensor<9xf32>, tensor<2x?x9xf32>
  %4 = norm.ada_seednorm %x, %p, %p, %p, %p eps 1.0e-5 : tensor<?x256x9xbf16>, tensor<9xf32>, tensor<9xf32>
  %5 = norm.ada_seednorm %w, %p64, %p64, %p1, %p1 eps 1.0e-5 : tensor<5x7xf64>, tensor<7xf64>, tensor<7xf32>
  %6 = norm.ada_seednorm %e, %p, %p, %es, %es eps 1.0e-5 heads 1 activation tanh seed_scale 1.0
      : tensor<0x9xf32>, tensor<9xf32>, tensor<0x9xf32>
  return
}

// CHECK-LABEL: func @modulate
// CHECK:         norm.modulate %{{[^ ]+}}, %{{[^ ]+}}, %{{[^ ]+}} statistics rms_norm eps 1.000000e-05 : tensor<7xf32>, tensor<7xf32>{{$}}
// CHECK:         norm.modulate {{.+}} statistics layer_norm eps 1.000000e-05 : tensor<?x256x9xbf16>, tensor<?x9xbf16> -> tensor<?x256x9xf32>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.modulate {{.+}} residual(%{{.+}} : tensor<?x256x9xbf16>) statistics layer_norm eps 1.000000e-05 : tensor<?x256x9xbf16>, tensor<?x9xbf16>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.modulate {{.+}} residual(%{{.+}} : tensor<?x256x9xf32>) gate(%{{.+}} : tensor<9xf32>) statistics rms_norm eps 1.000000e-05 : tensor<?x256x9xbf16>, tensor<?x9xbf16>{{$}}
// CHECK:         %{{.+}}, %{{.+}} = norm.modulate {{.+}} -> tensor<?x256x9xf32>, tensor<?x256x9xbf16>{{$}}
// CHECK:         norm.modulate {{.+}} : tensor<2x?x3x9xf16>, tensor<2x?x3x9xf16>{{$}}
// CHECK:         norm.modulate {{.+}} : tensor<0x9xf32>, tensor<0x9xf32>{{$}}
func.func @modulate(
    %r1: tensor<7xf32>, %x: tensor<?x256x9xbf16>, %x32: tensor<?x256x9xf32>, %s: tensor<?x9xbf16>,
    %g: tensor<9xf32>, %r4: tensor<2x?x3x9xf16>, %s4: tensor<2x?x3x9xf16>, %e: tensor<0x9xf32>) {
  %0 = norm.modulate %r1, %r1, %r1 statistics rms_norm eps 1.0e-5 : tensor<7xf32>, tensor<7xf32>
  %1 = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5 : tensor<?x256x9xbf16>, tensor<?x9xbf16> -> tensor<?x256x9xf32>
  %2, %h2 = norm.modulate %x, %s, %s residual(%x : tensor<?x256x9xbf16>) statistics layer_norm eps 1.0e-5
      : tensor<?x256x9xbf16>, tensor<?x9xbf16>
  %3, %h3 = norm.modulate %x, %s, %s residual(%x32 : tensor<?x256x9xf32>) gate(%g : tensor<9xf32>)
      statistics rms_norm eps 1.0e-5 : tensor<?x256x9xbf16>, tensor<?x9xbf16>
  %4, %h4 = norm.modulate %x, %s, %s residual(%x32 : tensor<?x256x9xf32>) statistics rms_norm eps 1.0e-5
      : tensor<?x256x9xbf16>, tensor<?x9xbf16> -> tensor<?x256x9xf32>, tensor<?x256x9xbf16>
  %5 = norm.modulate %r4, %s4, %s4 statistics layer_norm eps 1.0e-5 : tensor<2x?x3x9xf16>, tensor<2x?x3x9xf16>
  %6 = norm.modulate %e, %e, %e statistics layer_norm eps 1.0e-5 : tensor<0x9xf32>, tensor<0x9xf32>
  return
}

// The generic form says which optional operands are there.
// CHECK-LABEL: func @modulate_generic
// CHECK:         %{{.+}}, %{{.+}} = norm.modulate {{.+}} residual(%{{.+}} : tensor<2x7xf32>) statistics rms_norm eps 1.000000e-05 : tensor<2x7xf32>, tensor<7xf32>{{$}}
func.func @modulate_generic(%x: tensor<2x7xf32>, %s: tensor<7xf32>) {
  %y, %h = "norm.modulate"(%x, %s, %s, %x)
      <{statistics = #norm<statistics rms_norm>, eps = 1.0e-5 : f64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}>
      : (tensor<2x7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<2x7xf32>)
      -> (tensor<2x7xf32>, tensor<2x7xf32>)
  return
}
