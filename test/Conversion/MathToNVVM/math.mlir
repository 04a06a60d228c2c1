// RUN: seednorm-opt %s --pass-pipeline="builtin.module(gpu.module(convert-math-to-nvvm))" --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @kernels {
  // CHECK-LABEL: func @scalars
  // CHECK: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"
  // CHECK: llvm.call_intrinsic "llvm.nvvm.sqrt.rn.f"
  // CHECK: llvm.call_intrinsic "llvm.fabs"
  // CHECK: llvm.call_intrinsic "llvm.fma"
  // CHECK: llvm.call_intrinsic "llvm.roundeven"
  // CHECK: llvm.call_intrinsic "llvm.trunc"
  // CHECK-NOT: math.
  func.func @scalars(%x: f32) -> f32 {
    %0 = math.rsqrt %x : f32
    %1 = math.sqrt %0 : f32
    %2 = math.absf %1 : f32
    %3 = math.fma %2, %2, %x : f32
    %4 = math.roundeven %3 : f32
    %5 = math.trunc %4 : f32
    return %5 : f32
  }

  // Element by element: the intrinsic is for scalars.
  // CHECK-LABEL: func @vectors
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"
  // CHECK: vector.from_elements
  func.func @vectors(%x: vector<2xf32>) -> vector<2xf32> {
    %0 = math.rsqrt %x : vector<2xf32>
    return %0 : vector<2xf32>
  }

  // So is the product that one instruction computes.
  // CHECK-LABEL: func @wide_product
  // CHECK-COUNT-2: arith.mului_extended %{{.*}}, %{{.*}} : i32
  // CHECK: %[[LOW:.+]] = vector.from_elements
  // CHECK: %[[HIGH:.+]] = vector.from_elements
  // CHECK: return %[[LOW]], %[[HIGH]]
  func.func @wide_product(%x: vector<2xi32>, %y: vector<2xi32>) -> (vector<2xi32>, vector<2xi32>) {
    %low, %high = arith.mului_extended %x, %y : vector<2xi32>
    return %low, %high : vector<2xi32>, vector<2xi32>
  }

  // A bf16 is the upper half of an f32: one operation each.
  // CHECK-LABEL: func @unpack
  // CHECK: %[[WORDS:.+]] = vector.bitcast %{{.*}} : vector<8xbf16> to vector<4xi32>
  // CHECK: %[[LOWER:.+]] = arith.shli %[[WORDS]]
  // CHECK: %[[UPPER:.+]] = arith.andi %[[WORDS]]
  // CHECK: %[[EVEN:.+]] = arith.bitcast %[[LOWER]] : vector<4xi32> to vector<4xf32>
  // CHECK: %[[ODD:.+]] = arith.bitcast %[[UPPER]] : vector<4xi32> to vector<4xf32>
  // CHECK: vector.interleave %[[EVEN]], %[[ODD]]
  func.func @unpack(%x: vector<8xbf16>) -> vector<8xf32> {
    %0 = arith.extf %x : vector<8xbf16> to vector<8xf32>
    return %0 : vector<8xf32>
  }

  // No pairs in words of two, another format, or another width.
  // CHECK-LABEL: func @no_pairs
  // CHECK: arith.extf %{{.*}} : vector<3xbf16> to vector<3xf32>
  // CHECK: arith.extf %{{.*}} : vector<8xf16> to vector<8xf32>
  // CHECK: arith.extf %{{.*}} : vector<8xbf16> to vector<8xf64>
  func.func @no_pairs(%x: vector<3xbf16>, %y: vector<8xf16>, %z: vector<8xbf16>) -> (vector<3xf32>, vector<8xf32>, vector<8xf64>) {
    %0 = arith.extf %x : vector<3xbf16> to vector<3xf32>
    %1 = arith.extf %y : vector<8xf16> to vector<8xf32>
    %2 = arith.extf %z : vector<8xbf16> to vector<8xf64>
    return %0, %1, %2 : vector<3xf32>, vector<8xf32>, vector<8xf64>
  }

  // Rounded once, after the function in f32.
  // CHECK-LABEL: func @narrow
  // CHECK: arith.extf %{{.*}} : bf16 to f32
  // CHECK: llvm.call_intrinsic "llvm.nvvm.sqrt.rn.f"
  // CHECK: arith.truncf %{{.*}} : f32 to bf16
  func.func @narrow(%x: bf16) -> bf16 {
    %0 = math.sqrt %x : bf16
    return %0 : bf16
  }
}

// -----

// What would end as a call of a library that is not there is an error.
gpu.module @kernels {
  func.func @unsupported(%x: f32) -> f32 {
    // expected-error @below {{on 'f32' has no lowering for GPUs; use f32, and run expand-math before}}
    %0 = math.sin %x : f32
    return %0 : f32
  }
}
