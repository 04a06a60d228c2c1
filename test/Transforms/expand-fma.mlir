// RUN: seednorm-opt %s --expand-fma | FileCheck %s

// What may be rounded twice is.
// CHECK-LABEL: func @contracted
// CHECK-NOT:     math.fma
// CHECK:         %[[PRODUCT:.+]] = arith.mulf %{{.+}} : vector<4xf32>
// CHECK:         arith.addf %[[PRODUCT]], %{{.+}} : vector<4xf32>
// CHECK-NOT:     f64
func.func @contracted(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<4xf32>)
    -> (vector<4xf32>, vector<4xf32>) {
  %y = math.fma %a, %b, %c fastmath<contract> : vector<4xf32>
  %z = math.fma %a, %b, %y fastmath<reassoc> : vector<4xf32>
  return %y, %z : vector<4xf32>, vector<4xf32>
}

// Any other is rounded once: the sum in f64 is made odd where it is inexact.
// CHECK-LABEL: func @exact
// CHECK-NOT:     math.fma
// CHECK:         %[[PRODUCT:.+]] = arith.mulf %{{.+}} : f64
// CHECK:         %[[SUM:.+]] = arith.addf %[[PRODUCT]], %{{.+}} : f64
// CHECK:         %[[BITS:.+]] = arith.bitcast %[[SUM]] : f64 to i64
// CHECK:         %[[ODD:.+]] = arith.addi %[[BITS]]
// CHECK:         arith.select %{{.+}}, %[[ODD]], %[[BITS]] : i64
// CHECK:         arith.truncf %{{.+}} : f64 to f32
func.func @exact(%a: f32, %b: f32, %c: f32) -> f32 {
  %y = math.fma %a, %b, %c : f32
  return %y : f32
}

// CHECK-LABEL: func @others
// CHECK:         math.fma %{{.+}} : f64
func.func @others(%a: f64) -> f64 {
  %y = math.fma %a, %a, %a : f64
  return %y : f64
}
