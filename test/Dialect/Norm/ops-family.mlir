// RUN: seednorm-opt %s --verify-roundtrip | FileCheck %s

// Each op of the family on ranks 1 to 4, with dynamic and empty leading
// dimensions, rows of one element and of f64, with and without optional clauses.

// CHECK-LABEL: func @rms_norm
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 partial 6.250000e-02 : tensor<?x3x8xbf16>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 : tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.rms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>, tensor<7xf64>
func.func @rms_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>, %g1: tensor<1xf32>, %g: tensor<8xf32>, %g64: tensor<7xf64>) {
  %0 = norm.rms_norm %x, %g bias %g eps 1.0e-5 partial 0.0625 : tensor<?x3x8xbf16>, tensor<8xf32>, tensor<8xf32>
  %1 = norm.rms_norm %r1, %g1 eps 1.0e-5 gamma_offset 1.0 : tensor<1xf32>, tensor<1xf32>
  %2 = norm.rms_norm %r4, %g bias %g eps 1.0e-5 : tensor<2x?x0x8xf16>, tensor<8xf32>, tensor<8xf32>
  %3 = norm.rms_norm %w, %g64 eps 1.0e-5 : tensor<5x7xf64>, tensor<7xf64>
  return
}

// CHECK-LABEL: func @crms_norm
// CHECK:         norm.crms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<?x3x8xbf16>, tensor<8xf32>
// CHECK:         norm.crms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 : tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.crms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>, tensor<8xf32>
// CHECK:         norm.crms_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>, tensor<7xf64>
func.func @crms_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>, %g1: tensor<1xf32>, %g: tensor<8xf32>, %g64: tensor<7xf64>) {
  %0 = norm.crms_norm %x, %g eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<8xf32>
  %1 = norm.crms_norm %r1, %g1 eps 1.0e-5 gamma_offset 1.0 : tensor<1xf32>, tensor<1xf32>
  %2 = norm.crms_norm %r4, %g eps 1.0e-5 : tensor<2x?x0x8xf16>, tensor<8xf32>
  %3 = norm.crms_norm %w, %g64 eps 1.0e-5 : tensor<5x7xf64>, tensor<7xf64>
  return
}

// CHECK-LABEL: func @layer_norm
// CHECK:         norm.layer_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 : tensor<?x3x8xbf16>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.layer_norm %{{.+}}, %{{.+}} eps 1.000000e-05 gamma_offset 1.000000e+00 : tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.layer_norm %{{.+}}, %{{.+}} bias %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.layer_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>, tensor<7xf64>
func.func @layer_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>, %g1: tensor<1xf32>, %g: tensor<8xf32>, %g64: tensor<7xf64>) {
  %0 = norm.layer_norm %x, %g bias %g eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<8xf32>, tensor<8xf32>
  %1 = norm.layer_norm %r1, %g1 eps 1.0e-5 gamma_offset 1.0 : tensor<1xf32>, tensor<1xf32>
  %2 = norm.layer_norm %r4, %g bias %g eps 1.0e-5 : tensor<2x?x0x8xf16>, tensor<8xf32>, tensor<8xf32>
  %3 = norm.layer_norm %w, %g64 eps 1.0e-5 : tensor<5x7xf64>, tensor<7xf64>
  return
}

// CHECK-LABEL: func @dyt
// CHECK:         norm.dyt %{{.+}}, %{{.+}}, %{{.+}} bias %{{.+}} : tensor<?x3x8xbf16>, tensor<1xf32>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.dyt %{{.+}}, %{{.+}}, %{{.+}} : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.dyt %{{.+}}, %{{.+}}, %{{.+}} bias %{{.+}} : tensor<2x?x0x8xf16>, tensor<1xf32>, tensor<8xf32>, tensor<8xf32>
// CHECK:         norm.dyt %{{.+}}, %{{.+}}, %{{.+}} : tensor<5x7xf64>, tensor<1xf64>, tensor<7xf64>
func.func @dyt(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>, %s: tensor<1xf32>, %s64: tensor<1xf64>, %g1: tensor<1xf32>, %g: tensor<8xf32>, %g64: tensor<7xf64>) {
  %0 = norm.dyt %x, %s, %g bias %g : tensor<?x3x8xbf16>, tensor<1xf32>, tensor<8xf32>, tensor<8xf32>
  %1 = norm.dyt %r1, %s, %g1 : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>
  %2 = norm.dyt %r4, %s, %g bias %g : tensor<2x?x0x8xf16>, tensor<1xf32>, tensor<8xf32>, tensor<8xf32>
  %3 = norm.dyt %w, %s64, %g64 : tensor<5x7xf64>, tensor<1xf64>, tensor<7xf64>
  return
}

// CHECK-LABEL: func @scale_norm
// CHECK:         norm.scale_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<?x3x8xbf16>, tensor<1xf32>
// CHECK:         norm.scale_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<1xf32>, tensor<1xf32>
// CHECK:         norm.scale_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>, tensor<1xf32>
// CHECK:         norm.scale_norm %{{.+}}, %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>, tensor<1xf64>
func.func @scale_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>, %s: tensor<1xf32>, %s64: tensor<1xf64>) {
  %0 = norm.scale_norm %x, %s eps 1.0e-5 : tensor<?x3x8xbf16>, tensor<1xf32>
  %1 = norm.scale_norm %r1, %s eps 1.0e-5 : tensor<1xf32>, tensor<1xf32>
  %2 = norm.scale_norm %r4, %s eps 1.0e-5 : tensor<2x?x0x8xf16>, tensor<1xf32>
  %3 = norm.scale_norm %w, %s64 eps 1.0e-5 : tensor<5x7xf64>, tensor<1xf64>
  return
}

// CHECK-LABEL: func @l2_norm
// CHECK:         norm.l2_norm %{{.+}} eps 1.000000e-05 : tensor<?x3x8xbf16>
// CHECK:         norm.l2_norm %{{.+}} eps 1.000000e-05 : tensor<1xf32>
// CHECK:         norm.l2_norm %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>
// CHECK:         norm.l2_norm %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>
func.func @l2_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>) {
  %0 = norm.l2_norm %x eps 1.0e-5 : tensor<?x3x8xbf16>
  %1 = norm.l2_norm %r1 eps 1.0e-5 : tensor<1xf32>
  %2 = norm.l2_norm %r4 eps 1.0e-5 : tensor<2x?x0x8xf16>
  %3 = norm.l2_norm %w eps 1.0e-5 : tensor<5x7xf64>
  return
}

// CHECK-LABEL: func @l1_norm
// CHECK:         norm.l1_norm %{{.+}} eps 1.000000e-05 : tensor<?x3x8xbf16>
// CHECK:         norm.l1_norm %{{.+}} eps 1.000000e-05 : tensor<1xf32>
// CHECK:         norm.l1_norm %{{.+}} eps 1.000000e-05 : tensor<2x?x0x8xf16>
// CHECK:         norm.l1_norm %{{.+}} eps 1.000000e-05 : tensor<5x7xf64>
func.func @l1_norm(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>) {
  %0 = norm.l1_norm %x eps 1.0e-5 : tensor<?x3x8xbf16>
  %1 = norm.l1_norm %r1 eps 1.0e-5 : tensor<1xf32>
  %2 = norm.l1_norm %r4 eps 1.0e-5 : tensor<2x?x0x8xf16>
  %3 = norm.l1_norm %w eps 1.0e-5 : tensor<5x7xf64>
  return
}

// CHECK-LABEL: func @softmax
// CHECK:         norm.softmax %{{.+}} : tensor<?x3x8xbf16>
// CHECK:         norm.softmax %{{.+}} : tensor<1xf32>
// CHECK:         norm.softmax %{{.+}} : tensor<2x?x0x8xf16>
// CHECK:         norm.softmax %{{.+}} : tensor<5x7xf64>
func.func @softmax(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>) {
  %0 = norm.softmax %x : tensor<?x3x8xbf16>
  %1 = norm.softmax %r1 : tensor<1xf32>
  %2 = norm.softmax %r4 : tensor<2x?x0x8xf16>
  %3 = norm.softmax %w : tensor<5x7xf64>
  return
}

// CHECK-LABEL: func @log_softmax
// CHECK:         norm.log_softmax %{{.+}} : tensor<?x3x8xbf16>
// CHECK:         norm.log_softmax %{{.+}} : tensor<1xf32>
// CHECK:         norm.log_softmax %{{.+}} : tensor<2x?x0x8xf16>
// CHECK:         norm.log_softmax %{{.+}} : tensor<5x7xf64>
func.func @log_softmax(
    %x: tensor<?x3x8xbf16>, %r1: tensor<1xf32>, %r4: tensor<2x?x0x8xf16>, %w: tensor<5x7xf64>) {
  %0 = norm.log_softmax %x : tensor<?x3x8xbf16>
  %1 = norm.log_softmax %r1 : tensor<1xf32>
  %2 = norm.log_softmax %r4 : tensor<2x?x0x8xf16>
  %3 = norm.log_softmax %w : tensor<5x7xf64>
  return
}
