; RUN: seednorm-emulate %s --kernel=math --block=1 --buffer=x:f32:2:iota \
; RUN:     --buffer=y:f32:12:rw --print=y | FileCheck %s

; x[1] is 1. A subnormal operand or result of an `ftz` form counts as zero. tanh,
; 0.761594156, is as far off as PTX allows, 2^-11 of it.
; CHECK: y: 0.5 2 8 -2 0.25 3 0.761222303 1 inf 0 1.17549435e-38 7
define ptx_kernel void @math(ptr %x, ptr %y) {
  %from = getelementptr float, ptr %x, i32 1
  %one = load float, ptr %from, align 4
  %two = fadd float %one, %one
  %three = fadd float %two, %one
  %four = fadd float %two, %two
  %quarter = fdiv float %one, %four
  %subnormal = fmul float %one, 0x3800000000000000
  %smallest = fmul float %one, 0x3810000000000000

  %v0 = call float @llvm.nvvm.rsqrt.approx.f(float %four)
  %v1 = call float @llvm.nvvm.sqrt.rn.f(float %four)
  %v2 = call float @llvm.nvvm.ex2.approx.f32(float %three)
  %v3 = call float @llvm.nvvm.lg2.approx.f(float %quarter)
  %v4 = call float @llvm.nvvm.rcp.approx.ftz.f(float %four)
  %v5 = call float @llvm.fma.f32(float %one, float %two, float %one)
  %v6 = call afn float @llvm.tanh.f32(float %one)
  %v7 = call float @llvm.minnum.f32(float %one, float %two)
  %v8 = call float @llvm.nvvm.rsqrt.approx.ftz.f(float %subnormal)
  %v9 = call float @llvm.nvvm.div.approx.ftz.f(float %smallest, float %two)
  %v10 = call float @llvm.nvvm.fma.rn.ftz.f(float %one, float %smallest, float %subnormal)
  %v11 = call float @llvm.vector.reduce.fadd.v2f32(float %two, <2 x float> <float 2.0, float 3.0>)

  %r0 = insertelement <12 x float> poison, float %v0, i32 0
  %r1 = insertelement <12 x float> %r0, float %v1, i32 1
  %r2 = insertelement <12 x float> %r1, float %v2, i32 2
  %r3 = insertelement <12 x float> %r2, float %v3, i32 3
  %r4 = insertelement <12 x float> %r3, float %v4, i32 4
  %r5 = insertelement <12 x float> %r4, float %v5, i32 5
  %r6 = insertelement <12 x float> %r5, float %v6, i32 6
  %r7 = insertelement <12 x float> %r6, float %v7, i32 7
  %r8 = insertelement <12 x float> %r7, float %v8, i32 8
  %r9 = insertelement <12 x float> %r8, float %v9, i32 9
  %r10 = insertelement <12 x float> %r9, float %v10, i32 10
  %r11 = insertelement <12 x float> %r10, float %v11, i32 11
  store <12 x float> %r11, ptr %y, align 4
  ret void
}
