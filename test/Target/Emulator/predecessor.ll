; In a launch that may start before the grid before has ended, what that grid
; may still use is not touched before griddepcontrol.wait.

; DEFINE: %{file} = %s
; DEFINE: %{x} = x:f32:32:iota:predecessor
; DEFINE: %{y} = y:f32:32:rw:predecessor
; DEFINE: %{options} = --dependent
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=scale --block=32 \
; DEFINE:     --buffer=%{x} --buffer=w:f32:1:iota --buffer=%{y} %{options}

; RUN: %{run} | FileCheck %s --check-prefix=FINE
; FINE: 'x': 128 bytes read

; RUN: sed '/call.*griddepcontrol.wait/d' %s > %t.no-wait
; REDEFINE: %{file} = %t.no-wait
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=READ
; READ: error: kernel 'scale', block (0, 0, 0), lane {{[0-9]+}}: read of 4 bytes at offset {{[0-9]+}} of 'x', which has 128 bytes, which the grid before may still use: the lane has not executed griddepcontrol.wait, in '%v = load float
; REDEFINE: %{x} = x:f32:32:iota
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=WRITE
; WRITE: error: {{.*}}: write of 4 bytes at offset {{[0-9]+}} of 'y', which has 128 bytes, which the grid before may still use: the lane has not executed griddepcontrol.wait, in 'store float
; REDEFINE: %{y} = y:f32:32:rw
; RUN: %{run} | FileCheck %s --check-prefix=FINE
; REDEFINE: %{x} = x:f32:32:iota:predecessor
; REDEFINE: %{options} =
; RUN: %{run} | FileCheck %s --check-prefix=FINE
define ptx_kernel void @scale(ptr addrspace(1) %x, ptr addrspace(1) %w, ptr addrspace(1) %y) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %factor = load float, ptr addrspace(1) %w, align 4
  call void @llvm.nvvm.griddepcontrol.wait()
  %from = getelementptr float, ptr addrspace(1) %x, i32 %lane
  %to = getelementptr float, ptr addrspace(1) %y, i32 %lane
  %v = load float, ptr addrspace(1) %from, align 4
  %r = fmul float %v, %factor
  store float %r, ptr addrspace(1) %to, align 4
  call void @llvm.nvvm.griddepcontrol.launch.dependents()
  ret void
}
