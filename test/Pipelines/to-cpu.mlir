// RUN: seednorm-opt %s --seednorm-to-cpu="vector-bytes=64 native-bfloat16" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,NATIVE
// RUN: seednorm-opt %s --seednorm-to-cpu="vector-bytes=64" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,EXPANDED
// RUN: seednorm-opt %s --seednorm-to-cpu="cpu=sapphirerapids" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,NATIVE
// RUN: seednorm-opt %s --seednorm-to-cpu="cpu=sapphirerapids native-bfloat16=false" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,EXPANDED
// RUN: not seednorm-opt %s --seednorm-to-cpu=cpu=sm_90 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: seednorm-to-cpu expects a processor of x86-64 or AArch64 {{.*}}, but got 'sm_90'
// RUN: seednorm-opt %s --seednorm-to-cpu | mlir-translate --mlir-to-llvmir \
// RUN:   | FileCheck %s --check-prefix=IR

// The whole line for a row with heads: two sweeps in vectors, no library call
// but the pool's, and no memory but a buffer for the totals of the heads, in
// the frame of a range of rows.
// CHECK-LABEL: llvm.func @heads(
// CHECK-SAME:      attributes {llvm.emit_c_interface}
// CHECK-NOT:     llvm.call
// CHECK:         llvm.call @seednorm_parallel_for(
// CHECK-NOT:     llvm.call
// CHECK:         llvm.return
// CHECK-LABEL: llvm.func @_mlir_ciface_heads(
// CHECK-LABEL: llvm.func internal @heads_rows0(
// CHECK-NOT:     llvm.call @
// CHECK:         llvm.alloca %{{.*}} x f32
// CHECK-NOT:     llvm.alloca
// CHECK:         llvm.load %{{.*}} -> vector<16xbf16>
// CHECK:         "llvm.intr.vector.reduce.fadd"
// CHECK:         llvm.intr.sqrt
// NATIVE:        llvm.fptrunc %{{.*}} : vector<16xf32> to vector<16xbf16>
// EXPANDED-NOT:  fptrunc
// CHECK:         llvm.store %{{.*}} : vector<16xbf16>
// CHECK-NOT:     llvm.load
// CHECK-NOT:     llvm.call @
// CHECK:         llvm.return

// IR-NOT: {{tanh|expf|memcpy|malloc|libm}}
// IR-LABEL: define void @heads(
// IR-NOT: {{tanh|expf|memcpy|malloc|libm}}
func.func @heads(%x: tensor<?x64xbf16>, %beta: tensor<64xf32>) -> tensor<?x64xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xbf16>
  %e = tensor.empty(%n) : tensor<?x64xbf16>
  %y = row.program ins(%x : tensor<?x64xbf16> by row, %beta : tensor<64xf32> shared)
      outs(%e : tensor<?x64xbf16> by row) {
  ^bb0(%xv: vector<64xbf16>, %b: vector<64xf32>):
    %zeros = arith.constant dense<0.0> : vector<4xf32>
    %x32 = arith.extf %xv : vector<64xbf16> to vector<64xf32>
    %sq = arith.mulf %x32, %x32 : vector<64xf32>
    %ss = vector.reduction <add>, %sq : vector<64xf32> into f32
    %r = math.rsqrt %ss : f32
    %xb = arith.mulf %x32, %b : vector<64xf32>
    %h = vector.shape_cast %xb : vector<64xf32> to vector<4x16xf32>
    %s = vector.multi_reduction <add>, %h, %zeros [1] : vector<4x16xf32> to vector<4xf32>
    %t = math.tanh %s : vector<4xf32>
    %rv = vector.broadcast %r : f32 to vector<4xf32>
    %tr = arith.mulf %t, %rv : vector<4xf32>
    %c = vector.shape_cast %tr : vector<4xf32> to vector<4x1xf32>
    %v = vector.broadcast %c : vector<4x1xf32> to vector<4x16xf32>
    %f = vector.shape_cast %v : vector<4x16xf32> to vector<64xf32>
    %o = arith.mulf %f, %x32 : vector<64xf32>
    %o16 = arith.truncf %o : vector<64xf32> to vector<64xbf16>
    row.yield %o16 : vector<64xbf16>
  }
  return %y : tensor<?x64xbf16>
}

// A root and its reciprocal are rounded once, also where bf16 has instructions.
// CHECK-LABEL: llvm.func internal @roots_rows0(
// CHECK-NOT:     llvm.intr.sqrt({{.*}}bf16
// CHECK:         llvm.intr.sqrt(%{{.*}}) : (vector<16xf32>) -> vector<16xf32>
// CHECK-NOT:     llvm.fdiv {{.*}}bf16
// CHECK:         llvm.return
func.func @roots(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xbf16>
  %e = tensor.empty(%n) : tensor<?x64xbf16>
  %y = row.program ins(%x : tensor<?x64xbf16> by row) outs(%e : tensor<?x64xbf16> by row) {
  ^bb0(%xv: vector<64xbf16>):
    %r = math.rsqrt %xv : vector<64xbf16>
    row.yield %r : vector<64xbf16>
  }
  return %y : tensor<?x64xbf16>
}
