// RUN: seednorm-opt %s --pass-pipeline="builtin.module(gpu.module(convert-functions-to-nvvm))" | FileCheck %s
// RUN: seednorm-opt %s --pass-pipeline="builtin.module(gpu.module(convert-functions-to-nvvm{approximate-tanh=true}))" | FileCheck %s --check-prefix=APPROX

gpu.module @kernels {
  // The sign is set last: sums would lose that of a zero.
  // CHECK-LABEL: func @scalar
  // CHECK: %[[ABS:.+]] = math.absf %[[X:.+]] : f32
  // CHECK: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
  // CHECK: llvm.call_intrinsic "llvm.nvvm.rcp.approx.ftz.f"
  // CHECK-NOT: arith.divf
  // CHECK: %[[NEAR:.+]] = arith.cmpf olt, %[[ABS]]
  // CHECK: %[[Y:.+]] = arith.select %[[NEAR]]
  // CHECK: math.copysign %[[Y]], %[[X]] : f32
  // APPROX-LABEL: func @scalar
  // APPROX: llvm.intr.tanh(%{{.*}}) {fastmathFlags = #llvm.fastmath<afn>} : (f32) -> f32
  // APPROX-NOT: llvm.nvvm
  func.func @scalar(%x: f32) -> f32 {
    %y = math.tanh %x : f32
    return %y : f32
  }

  // Instructions go element by element, the rest stays on vectors; rounded once.
  // CHECK-LABEL: func @narrow_vector
  // CHECK: arith.extf %{{.*}} : vector<2xbf16> to vector<2xf32>
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
  // CHECK: math.copysign %{{.*}} : vector<2xf32>
  // CHECK: arith.truncf %{{.*}} : vector<2xf32> to vector<2xbf16>
  // APPROX-LABEL: func @narrow_vector
  // APPROX-COUNT-2: llvm.intr.tanh
  // APPROX: arith.truncf %{{.*}} : vector<2xf32> to vector<2xbf16>
  func.func @narrow_vector(%x: vector<2xbf16>) -> vector<2xbf16> {
    %y = math.tanh %x : vector<2xbf16>
    return %y : vector<2xbf16>
  }

  // The instructions are of f32; what is left is an error of a later pass.
  // CHECK-LABEL: func @no_match
  // CHECK: math.tanh %{{.*}} : f64
  // CHECK: math.exp %{{.*}} : f32
  // APPROX-LABEL: func @no_match
  // APPROX: math.tanh %{{.*}} : f64
  func.func @no_match(%x: f64, %z: f32) -> (f64, f32) {
    %y = math.tanh %x : f64
    %e = math.exp %z : f32
    return %y, %e : f64, f32
  }
}
