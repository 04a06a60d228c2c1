; What the emulator refuses of a module, beside what unsupported.ll has.

; RUN: split-file %s %t
; RUN: not seednorm-emulate %t/calls.ll --kernel=f 2>&1 | FileCheck %s --check-prefix=CALLS
; CALLS: error: the emulator does not support module-level inline assembly, alias 'other', multicast by 'llvm.nvvm.cp.async.bulk.global.to.shared.cluster', an indirect call in 'f', a stack variable of dynamic size in 'f'{{$}}
; RUN: not seednorm-emulate %t/pointers.ll --kernel=f 2>&1 | FileCheck %s --check-prefix=POINTERS
; POINTERS: error: the emulator does not support 32-bit pointers to shared memory{{$}}
; RUN: not seednorm-emulate %t/initial.ll --kernel=f 2>&1 | FileCheck %s --check-prefix=INITIAL
; INITIAL: error: the emulator does not support shared variable 'word' in the initial value of another{{$}}

;--- calls.ll
module asm ".global .b32 x;"
@word = global i32 0
@other = alias i32, ptr @word
@tile = internal addrspace(3) global [4 x i32] undef, align 16
@barrier = internal addrspace(3) global i64 undef, align 8

define ptx_kernel void @f(ptr %function, ptr addrspace(1) %x, i32 %count) {
  %tile = addrspacecast ptr addrspace(3) @tile to ptr
  %cluster = addrspacecast ptr %tile to ptr addrspace(7)
  call void @llvm.nvvm.cp.async.bulk.global.to.shared.cluster(ptr addrspace(7) %cluster, ptr addrspace(3) @barrier, ptr addrspace(1) %x, i32 16, i16 3, i64 0, i1 true, i1 false)
  call void %function()
  %stack = alloca i32, i32 %count, align 4
  ret void
}

;--- pointers.ll
target datalayout = "e-p3:32:32-i64:64-i128:128-v16:16-v32:32-n16:32:64"
define ptx_kernel void @f() {
  ret void
}

;--- initial.ll
@word = internal addrspace(3) global i32 undef, align 4
@place = global ptr addrspace(3) @word

define ptx_kernel void @f(ptr addrspace(1) %x) {
  %place = load ptr addrspace(3), ptr @place, align 8
  %v = load i32, ptr addrspace(3) %place, align 4
  store i32 %v, ptr addrspace(1) %x, align 4
  ret void
}
