; RUN: not seednorm-emulate %s --kernel=all 2>&1 | FileCheck %s

; One message names everything that is missing, each once.
; CHECK: error: the emulator does not support external variable 'elsewhere', intrinsic 'llvm.nvvm.mbarrier.init.shared', inline assembly 'membar.gl;', external function 'malloc', address space 7{{$}}

@elsewhere = external addrspace(1) global i32

declare ptr @malloc(i64)

define ptx_kernel void @all(ptr addrspace(3) %barrier, ptr addrspace(7) %remote) {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %barrier, i32 1)
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %barrier, i32 2)
  call void asm sideeffect "membar.gl;", "~{memory}"()
  %p = call ptr @malloc(i64 4)
  store i32 0, ptr addrspace(7) %remote, align 4
  ret void
}
