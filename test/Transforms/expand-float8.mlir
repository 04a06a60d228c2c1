// RUN: seednorm-opt %s --expand-float8 --split-input-file --verify-diagnostics | FileCheck %s

// Values are in test/python/test_float8.py; here: vectors stay vectors, nothing
// branches, and overflow goes to what the format has.

// CHECK-LABEL: func @to_e4m3fn
// CHECK-NOT:     scf.if
// CHECK:         %[[MAGNITUDE:.+]] = arith.andi
// CHECK:         arith.minui %[[MAGNITUDE]]
// CHECK:         %[[CODE:.+]] = arith.maxsi {{.*}} : vector<16xi32>
// CHECK:         %[[NAN:.+]] = arith.constant dense<127> : vector<16xi32>
// CHECK:         arith.minsi %[[CODE]], %[[NAN]]
// CHECK-NOT:     arith.select
// CHECK:         %[[BYTES:.+]] = arith.trunci {{.*}} : vector<16xi32> to vector<16xi8>
// CHECK:         %[[RESULT:.+]] = arith.bitcast %[[BYTES]] : vector<16xi8> to vector<16xf8E4M3FN>
// CHECK:         return %[[RESULT]]
func.func @to_e4m3fn(%x: vector<16xf32>) -> vector<16xf8E4M3FN> {
  %y = arith.truncf %x : vector<16xf32> to vector<16xf8E4M3FN>
  return %y : vector<16xf8E4M3FN>
}

// Infinity and NaN are two codes, so NaN is chosen.
// CHECK-LABEL: func @to_e5m2
// CHECK:         %[[INFINITY:.+]] = arith.constant 124 : i32
// CHECK:         arith.minsi %{{.*}}, %[[INFINITY]] : i32
// CHECK:         arith.cmpi ugt
// CHECK:         arith.select
// CHECK:         arith.bitcast %{{.*}} : i8 to f8E5M2
func.func @to_e5m2(%x: f32) -> f8E5M2 {
  %y = arith.truncf %x to_nearest_even : f32 to f8E5M2
  return %y : f8E5M2
}

// Through f32, f64 would be rounded twice.
// CHECK-LABEL: func @from_f64
// CHECK-NOT:     truncf
// CHECK:         arith.trunci %{{.*}} : i64 to i8
// CHECK-NOT:     truncf
// CHECK:         return
func.func @from_f64(%x: f64) -> f8E4M3FN {
  %y = arith.truncf %x : f64 to f8E4M3FN
  return %y : f8E4M3FN
}

// CHECK-LABEL: func @from_bf16
// CHECK:         arith.extf %{{.*}} : vector<4xbf16> to vector<4xf32>
// CHECK:         arith.bitcast %{{.*}} : vector<4xi8> to vector<4xf8E5M2>
func.func @from_bf16(%x: vector<4xbf16>) -> vector<4xf8E5M2> {
  %y = arith.truncf %x : vector<4xbf16> to vector<4xf8E5M2>
  return %y : vector<4xf8E5M2>
}

// Canonicalization makes this of a cast to f32 that is cast on.
// CHECK-LABEL: func @from_integers
// CHECK:         arith.sitofp %{{.*}} : vector<4xi8> to vector<4xf32>
// CHECK:         arith.bitcast %{{.*}} : vector<4xi8> to vector<4xf8E4M3FN>
// CHECK:         arith.uitofp %{{.*}} : vector<4xi8> to vector<4xf32>
// CHECK:         arith.bitcast %{{.*}} : vector<4xi8> to vector<4xf8E5M2>
func.func @from_integers(%x: vector<4xi8>) -> (vector<4xf8E4M3FN>, vector<4xf8E5M2>) {
  %y = arith.sitofp %x : vector<4xi8> to vector<4xf8E4M3FN>
  %z = arith.uitofp %x : vector<4xi8> to vector<4xf8E5M2>
  return %y, %z : vector<4xf8E4M3FN>, vector<4xf8E5M2>
}

// CHECK-LABEL: func @to_f16
// CHECK:         arith.extui %{{.*}} : vector<4xi8> to vector<4xi32>
// CHECK-NOT:     f8E5M2 to
// CHECK:         arith.truncf %{{.*}} : vector<4xf32> to vector<4xf16>
func.func @to_f16(%x: vector<4xf8E5M2>) -> vector<4xf16> {
  %y = arith.extf %x : vector<4xf8E5M2> to vector<4xf16>
  return %y : vector<4xf16>
}

// What moves bytes stays, and so do other casts.
// CHECK-LABEL: func @stays
// CHECK-NEXT:    arith.constant 1.{{.*}} : f8E5M2
// CHECK-NEXT:    arith.select
// CHECK-NEXT:    arith.truncf
func.func @stays(%c: i1, %x: f8E5M2, %y: f32) -> (f8E5M2, f16) {
  %one = arith.constant 1.0 : f8E5M2
  %0 = arith.select %c, %x, %one : f8E5M2
  %1 = arith.truncf %y : f32 to f16
  return %0, %1 : f8E5M2, f16
}

// -----

func.func @arithmetic(%x: f8E5M2) -> f8E5M2 {
  // expected-error @below {{expects floats of at least 16 bits, as 8-bit ones can only be cast; extend them to f32 first}}
  %y = arith.addf %x, %x : f8E5M2
  return %y : f8E5M2
}

// -----

func.func @rounding(%x: f32) -> f8E4M3FN {
  // expected-error @below {{expects to round a float of 16, 32 or 64 bits to the nearest 8-bit one, of two to the even one}}
  %y = arith.truncf %x toward_zero : f32 to f8E4M3FN
  return %y : f8E4M3FN
}

// -----

func.func @integers(%x: vector<4xf8E4M3FN>) -> vector<4xi32> {
  // expected-error @below {{expects floats of at least 16 bits}}
  %y = arith.fptosi %x : vector<4xf8E4M3FN> to vector<4xi32>
  return %y : vector<4xi32>
}
