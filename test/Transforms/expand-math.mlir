// RUN: seednorm-opt %s --expand-math --split-input-file | FileCheck %s

// CHECK-LABEL: func @scalar
// CHECK-NOT:     math.exp
// CHECK:         arith.bitcast %{{.*}} : f32 to i32
// CHECK:         arith.shli %{{.*}} : i32
// CHECK-NOT:     math.exp
func.func @scalar(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// -----

// CHECK-LABEL: func @vector
// CHECK-NOT:     math.{{tanh|log|erf}}
// CHECK:         arith.divf %{{.*}} : vector<16xf32>
// CHECK-NOT:     math.{{tanh|log|erf}}
// CHECK:         return
func.func @vector(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.tanh %x : vector<16xf32>
  %1 = math.log %0 : vector<16xf32>
  %2 = math.erf %1 : vector<16xf32>
  return %2 : vector<16xf32>
}

// -----

// Narrow floats are computed in f32 and rounded once.
// CHECK-LABEL: func @narrow
// CHECK:         arith.extf %{{.*}} : vector<4xbf16> to vector<4xf32>
// CHECK-NOT:     bf16
// CHECK:         arith.truncf %{{.*}} : vector<4xf32> to vector<4xbf16>
func.func @narrow(%x: vector<4xbf16>) -> vector<4xbf16> {
  %y = math.erf %x : vector<4xbf16>
  return %y : vector<4xbf16>
}

// -----

// No polynomial here has the precision of f64; other functions are not ours.
// CHECK-LABEL: func @stays
// CHECK:         math.exp %{{.*}} : f64
// CHECK:         math.sqrt
// CHECK:         math.exp %{{.*}} : tensor<4xf32>
func.func @stays(%x: f64, %y: f32, %z: tensor<4xf32>) -> (f64, f32, tensor<4xf32>) {
  %0 = math.exp %x : f64
  %1 = math.sqrt %y : f32
  %2 = math.exp %z : tensor<4xf32>
  return %0, %1, %2 : f64, f32, tensor<4xf32>
}
