; RUN: not seednorm-emulate %s --kernel=all 2>&1 | FileCheck %s

; One message names everything that is missing, each once.
; CHECK: error: the emulator does not support external variable 'elsewhere', intrinsic 'llvm.nvvm.barrier.cta.red.popc.all', inline assembly 'membar.gl;' with constraints '~{memory}', external function 'malloc', address space 6{{$}}

@elsewhere = external addrspace(1) global i32

declare ptr @malloc(i64)

define ptx_kernel void @all(ptr addrspace(6) %remote) {
  %c1 = call i32 @llvm.nvvm.barrier.cta.red.popc.all(i32 0, i1 true)
  %c2 = call i32 @llvm.nvvm.barrier.cta.red.popc.all(i32 1, i1 true)
  call void asm sideeffect "membar.gl;", "~{memory}"()
  %p = call ptr @malloc(i64 4)
  store i32 0, ptr addrspace(6) %remote, align 4
  ret void
}
