// RUN: seednorm-opt %s --resolve-rounding-modes --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @nearest
// CHECK:         arith.truncf %{{.+}} : f32 to bf16
// CHECK:         arith.truncf %{{.+}} : f64 to f32
func.func @nearest(%x: f32, %y: f64) -> (bf16, f32) {
  %0 = arith.truncf %x to_nearest_even : f32 to bf16
  %1 = arith.truncf %y : f64 to f32
  return %0, %1 : bf16, f32
}

// -----

func.func @toward_zero(%x: f32) -> bf16 {
  // expected-error@+1 {{expects to round to nearest even, as all targets do, but got 'toward_zero'}}
  %0 = arith.truncf %x toward_zero : f32 to bf16
  return %0 : bf16
}
