// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @seednorm_defaults
// CHECK:         norm.seednorm %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} eps 9.9999999999999995E-7 : tensor<8x128xbf16>, tensor<128xf32>
func.func @seednorm_defaults(%x: tensor<8x128xbf16>, %alpha: tensor<128xf32>,
                             %beta: tensor<128xf32>, %gamma: tensor<128xf32>)
    -> tensor<8x128xbf16> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<8x128xbf16>, tensor<128xf32>
  return %y : tensor<8x128xbf16>
}

// CHECK-LABEL: func @seednorm_all_clauses
// CHECK:         eps 1.000000e-05 heads 4 activation sigmoid seed_scale 5.000000e-01 gamma_offset 1.000000e+00 : tensor<?x4096xbf16>, tensor<4096xbf16>
func.func @seednorm_all_clauses(
    %x: tensor<?x4096xbf16>, %alpha: tensor<4096xbf16>,
    %beta: tensor<4096xbf16>, %gamma: tensor<4096xbf16>)
    -> tensor<?x4096xbf16> {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-5 heads 4
      activation sigmoid seed_scale 0.5 gamma_offset 1.0
      : tensor<?x4096xbf16>, tensor<4096xbf16>
  return %y : tensor<?x4096xbf16>
}

// Clauses that say what holds anyway disappear.
// CHECK-LABEL: func @seednorm_spelled_out_defaults
// CHECK:         norm.seednorm %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<4xf32>, tensor<4xf32>
func.func @seednorm_spelled_out_defaults(%x: tensor<4xf32>, %p: tensor<4xf32>)
    -> tensor<4xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads 1 activation tanh
      seed_scale 1.0 gamma_offset 0.0 : tensor<4xf32>, tensor<4xf32>
  return %y : tensor<4xf32>
}

// Each clause may stand alone, and unknown attributes survive.
// CHECK-LABEL: func @seednorm_single_clauses
// CHECK:         eps 1.000000e-05 heads 2 : tensor<2x?x4xf16>
// CHECK:         eps 1.000000e-05 activation hardtanh : tensor<2x?x4xf16>
// CHECK:         eps 1.000000e-05 activation softsign : tensor<2x?x4xf16>
// CHECK:         eps 1.000000e-05 seed_scale -2.500000e-01 : tensor<2x?x4xf16>
// CHECK:         eps 1.000000e-05 gamma_offset 1.000000e+00 {layer = "first"} : tensor<2x?x4xf16>
func.func @seednorm_single_clauses(%x: tensor<2x?x4xf16>, %p: tensor<4xf16>) {
  %0 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 heads 2
      : tensor<2x?x4xf16>, tensor<4xf16>
  %1 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 activation hardtanh
      : tensor<2x?x4xf16>, tensor<4xf16>
  %2 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 activation softsign
      : tensor<2x?x4xf16>, tensor<4xf16>
  %3 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 seed_scale -0.25
      : tensor<2x?x4xf16>, tensor<4xf16>
  %4 = norm.seednorm %x, %p, %p, %p eps 1.0e-5 gamma_offset 1.0
      {layer = "first"} : tensor<2x?x4xf16>, tensor<4xf16>
  return
}

// The generic form carries the defaults that it leaves out.
// CHECK-LABEL: func @seednorm_generic
// CHECK:         norm.seednorm %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} eps 1.000000e-05 activation softsign : tensor<4xf32>, tensor<4xf32>
func.func @seednorm_generic(%x: tensor<4xf32>, %p: tensor<4xf32>) {
  %y = "norm.seednorm"(%x, %p, %p, %p)
      <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>, activation = #norm<activation softsign>, eps = 1.0e-5 : f64}>
      : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
      -> tensor<4xf32>
  return
}

// Ranks 1 to 4; leading dimensions static, dynamic or empty; rows of one
// element.
// CHECK-LABEL: func @rms_norm_shapes
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<0x1xf32>, tensor<1xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<?x3x8xf16>, tensor<8xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 : tensor<?x2x?x8xf16>, tensor<8xf32>
func.func @rms_norm_shapes(
    %rank1: tensor<1xf32>, %gamma1: tensor<1xf32>, %rank2: tensor<0x1xf32>,
    %rank3: tensor<?x3x8xf16>, %gamma8: tensor<8xf32>,
    %rank4: tensor<?x2x?x8xf16>) {
  %1 = norm.rms_norm %rank1, %gamma1 eps 1.0e-5 : tensor<1xf32>, tensor<1xf32>
  %2 = norm.rms_norm %rank2, %gamma1 eps 1.0e-5
      : tensor<0x1xf32>, tensor<1xf32>
  %3 = norm.rms_norm %rank3, %gamma8 eps 1.0e-5
      : tensor<?x3x8xf16>, tensor<8xf32>
  %4 = norm.rms_norm %rank4, %gamma8 eps 1.0e-5 gamma_offset 1.0
      : tensor<?x2x?x8xf16>, tensor<8xf32>
  return
}

// CHECK-LABEL: func @seednorm_shapes
// CHECK:         norm.seednorm {{.+}} eps 1.000000e-05 : tensor<7xf64>, tensor<7xf32>
// CHECK:         norm.seednorm {{.+}} eps 1.000000e-05 : tensor<0x7xf32>, tensor<7xf32>
// CHECK:         norm.seednorm {{.+}} eps 1.000000e-05 heads 7 : tensor<?x2x?x7xbf16>, tensor<7xf32>
func.func @seednorm_shapes(%rank1: tensor<7xf64>, %empty: tensor<0x7xf32>, %rank4: tensor<?x2x?x7xbf16>, %p: tensor<7xf32>) {
  %0 = norm.seednorm %rank1, %p, %p, %p eps 1.0e-5 : tensor<7xf64>, tensor<7xf32>
  %1 = norm.seednorm %empty, %p, %p, %p eps 1.0e-5 : tensor<0x7xf32>, tensor<7xf32>
  %2 = norm.seednorm %rank4, %p, %p, %p eps 1.0e-5 heads 7
      : tensor<?x2x?x7xbf16>, tensor<7xf32>
  return
}
