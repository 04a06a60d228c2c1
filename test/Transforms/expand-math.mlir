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

// CHECK-LABEL: func @more_functions
// CHECK-NOT:     math.{{exp|log|sin|cos|pow}}
// CHECK:         return
func.func @more_functions(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %0 = math.exp2 %x : vector<4xf32>
  %1 = math.expm1 %0 : vector<4xf32>
  %2 = math.log2 %1 : vector<4xf32>
  %3 = math.log10 %2 : vector<4xf32>
  %4 = math.log1p %3 : vector<4xf32>
  %5 = math.sin %4 : vector<4xf32>
  %6 = math.cos %5 : vector<4xf32>
  %7 = math.powf %6, %y : vector<4xf32>
  return %7 : vector<4xf32>
}

// -----

// Products of the logarithm that a power needs are exact.
// CHECK-LABEL: func @power
// CHECK-COUNT-3: math.fma %{{.*}} : f32
func.func @power(%x: f32, %y: f32) -> f32 {
  %0 = math.powf %x, %y : f32
  return %0 : f32
}

// -----

// CHECK-LABEL: func @magnitude
// CHECK-SAME:    %[[X:.+]]: vector<4xi8>
// CHECK:         %[[N:.+]] = arith.subi %{{.+}}, %[[X]] : vector<4xi8>
// CHECK:         arith.maxsi %[[X]], %[[N]] : vector<4xi8>
func.func @magnitude(%x: vector<4xi8>) -> vector<4xi8> {
  %0 = math.absi %x : vector<4xi8>
  return %0 : vector<4xi8>
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
