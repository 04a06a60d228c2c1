// RUN: seednorm-opt %s --expand-bfloat16 --canonicalize | FileCheck %s
// RUN: seednorm-opt %s --expand-bfloat16=casts=false | FileCheck %s --check-prefix=CASTS

// CHECK-LABEL: func @round
// CHECK-NOT:     arith.truncf
// CHECK:         arith.bitcast %{{.*}} : vector<16xf32> to vector<16xi32>
// The mask of the comparison is as wide as what it is for: no select.
// CHECK:         %[[NAN:.+]] = arith.cmpf uno
// CHECK:         %[[MASK:.+]] = arith.extsi %[[NAN]] : vector<16xi1> to vector<16xi32>
// CHECK:         arith.ori %{{.*}}, %[[MASK]] : vector<16xi32>
// CHECK:         arith.trunci
// CHECK:         arith.bitcast %{{.*}} : vector<16xi16> to vector<16xbf16>
func.func @round(%x: vector<16xf32>) -> vector<16xbf16> {
  %y = arith.truncf %x : vector<16xf32> to vector<16xbf16>
  return %y : vector<16xbf16>
}

// Each operation rounds, as it did.
// CHECK-LABEL: func @arithmetic
// CHECK:         %[[SUM:.+]] = arith.addf %{{.*}} : f32
// CHECK:         arith.bitcast %[[SUM]] : f32 to i32
// CHECK:         math.sqrt %{{.*}} : f32
// CHECK:         arith.cmpf olt, %{{.*}} : f32
// CHECK:         arith.select %{{.*}} : bf16
func.func @arithmetic(%x: bf16, %y: bf16) -> bf16 {
  %0 = arith.addf %x, %y : bf16
  %1 = math.sqrt %0 : bf16
  %2 = arith.cmpf olt, %1, %x : bf16
  %3 = arith.select %2, %1, %x : bf16
  return %3 : bf16
}

// CHECK-LABEL: func @others
// CHECK:         arith.truncf %{{.*}} : f32 to f16
func.func @others(%x: f32) -> f16 {
  %y = arith.truncf %x : f32 to f16
  return %y : f16
}

// What LLVM makes of several instructions is rounded once, on machines that
// round by an instruction as well.
// CHECK-LABEL: func @root
// CASTS-LABEL: func @root
// CASTS:         %[[WIDE:.+]] = arith.extf %{{.*}} : vector<16xbf16> to vector<16xf32>
// CASTS:         %[[ROOT:.+]] = math.rsqrt %[[WIDE]] : vector<16xf32>
// CASTS:         arith.truncf %[[ROOT]] : vector<16xf32> to vector<16xbf16>
func.func @root(%x: vector<16xbf16>) -> vector<16xbf16> {
  %y = math.rsqrt %x : vector<16xbf16>
  return %y : vector<16xbf16>
}
