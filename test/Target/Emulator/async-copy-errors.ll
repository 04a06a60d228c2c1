; DEFINE: %{kernel} = source
; DEFINE: %{run} = seednorm-emulate %s --kernel=%{kernel} --block=1 \
; DEFINE:     --buffer=x:f32:64:iota --buffer=y:f32:64:rw

@tile = internal addrspace(3) global [16 x float] undef, align 16

; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SOURCE
; SOURCE: error: kernel 'source', block (0, 0, 0), lane 0: misaligned read of 16 bytes at offset 8 of 'x', which has 256 bytes: the address is 8 past a multiple of 16, in 'call void @llvm.nvvm.cp.async.cg
define ptx_kernel void @source(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %p = getelementptr float, ptr addrspace(1) %x, i32 2
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) @tile, ptr addrspace(1) %p)
  call void @llvm.nvvm.cp.async.wait.all()
  ret void
}

; REDEFINE: %{kernel} = destination
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=DESTINATION
; DESTINATION: error: {{.*}}: misaligned write of 8 bytes at offset 4 of 'tile', which has 64 bytes: the address is 4 past a multiple of 8, in
define ptx_kernel void @destination(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %s = getelementptr float, ptr addrspace(3) @tile, i32 1
  call void @llvm.nvvm.cp.async.ca.shared.global.8(ptr addrspace(3) %s, ptr addrspace(1) %x)
  call void @llvm.nvvm.cp.async.wait.all()
  ret void
}

; REDEFINE: %{kernel} = outside
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=OUTSIDE
; OUTSIDE: error: {{.*}}: out-of-bounds shared write of 16 bytes at offset 64 of 'tile', which has 64 bytes, in
define ptx_kernel void @outside(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %s = getelementptr float, ptr addrspace(3) @tile, i32 16
  call void @llvm.nvvm.cp.async.ca.shared.global.16(ptr addrspace(3) %s, ptr addrspace(1) %x)
  call void @llvm.nvvm.cp.async.wait.all()
  ret void
}

; REDEFINE: %{kernel} = overwritten
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=OVERWRITTEN
; OVERWRITTEN: error: {{.*}}: write of 4 bytes at offset 0 of 'tile', which has 64 bytes, before a wait for the copy that lane 0 started in 'call void @llvm.nvvm.cp.async.ca.shared.global.16(ptr addrspace(3) @tile, ptr addrspace(1) %x)', in 'store float 1.000000e+00
define ptx_kernel void @overwritten(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  call void @llvm.nvvm.cp.async.ca.shared.global.16(ptr addrspace(3) @tile, ptr addrspace(1) %x)
  store float 1.0, ptr addrspace(3) @tile, align 4
  call void @llvm.nvvm.cp.async.wait.all()
  ret void
}

; REDEFINE: %{kernel} = twice
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=TWICE
; TWICE: error: {{.*}}: write of 4 bytes at offset 0 of 'tile', which has 64 bytes, before a wait for the copy that lane 0 started in 'call void @llvm.nvvm.cp.async.ca.shared.global.16{{.*}}', in 'call void @llvm.nvvm.cp.async.ca.shared.global.4
define ptx_kernel void @twice(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  call void @llvm.nvvm.cp.async.ca.shared.global.16(ptr addrspace(3) @tile, ptr addrspace(1) %x)
  call void @llvm.nvvm.cp.async.ca.shared.global.4(ptr addrspace(3) @tile, ptr addrspace(1) %x)
  call void @llvm.nvvm.cp.async.wait.all()
  ret void
}
