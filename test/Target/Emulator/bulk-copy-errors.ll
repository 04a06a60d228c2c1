; What is wrong with a bulk copy or its bytes is told where it starts, or where
; its phase can no longer end.

; DEFINE: %{kernel} = load
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --block=1 \
; DEFINE:     --buffer=x:f32:64:iota --buffer=y:f32:64:rw --print=y

@tile = internal addrspace(3) global [64 x float] undef, align 128
@barrier = internal addrspace(3) global i64 undef, align 8

; RUN: %{run} | FileCheck %s --check-prefix=RIGHT
; RIGHT: y: 5 0 0

; RUN: sed 's/%%x, i64 4/%%x, i64 2/' %s > %t.source
; REDEFINE: %{file} = %t.source
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SOURCE
; SOURCE: error: kernel 'load', block (0, 0, 0), lane 0: misaligned read of 64 bytes at offset 8 of 'x', which has 256 bytes: the address is 8 past a multiple of 16, in 'call void @llvm.nvvm.cp.async.bulk.global
; RUN: sed 's/@tile, i64 16/@tile, i64 4/' %s > %t.target
; REDEFINE: %{file} = %t.target
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=TARGET
; TARGET: error: {{.*}}: misaligned write of 64 bytes at offset 4 of 'tile', which has 256 bytes: the address is 4 past a multiple of 16, in 'call void @llvm.nvvm.cp.async.bulk.global
; RUN: sed 's/%%from, i32 64/%%from, i32 0/' %s > %t.none
; REDEFINE: %{file} = %t.none
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NONE
; NONE: error: {{.*}}: a bulk copy expects a multiple of 16 bytes, but got 0, in
; RUN: sed 's/@tile, i64 16/@tile, i64 -16/' %s > %t.before
; REDEFINE: %{file} = %t.before
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BEFORE
; BEFORE: error: {{.*}}: out-of-bounds shared write of 64 bytes at offset -16 of 'tile', which has 256 bytes, in

; Fewer bytes are expected than come: the phase never ends.
; RUN: sed 's/@barrier, i32 64/@barrier, i32 48/' %s > %t.few
; REDEFINE: %{file} = %t.few
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FEW
; FEW: error: {{.*}}: deadlock: lane 0 waits at {{.*}}, whose phase 0 lacks 0 arrivals and -16 bytes
; RUN: sed 's/i32 64) ; ends$/i32 64)\n  call void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3) @barrier)/' %s > %t.ends
; REDEFINE: %{file} = %t.ends
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=ENDS
; ENDS: error: {{.*}}: expects an mbarrier that has been initialised, but there is none at offset 0 of 'barrier', which has 8 bytes, in '%ok
; REDEFINE: %{file} = %s
define ptx_kernel void @load(ptr addrspace(1) %x, ptr addrspace(1) %y) {
entry:
  %from = getelementptr i32, ptr addrspace(1) %x, i64 4
  %to = getelementptr i8, ptr addrspace(3) @tile, i64 16
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3) %to, ptr addrspace(3) @barrier, ptr addrspace(1) %from, i32 64, i64 0, i1 false)
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 64) ; ends
  br label %wait

wait:
  %ok = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 0)
  br i1 %ok, label %read, label %wait

read:
  %at = getelementptr float, ptr addrspace(3) %to, i32 1
  %v = load float, ptr addrspace(3) %at, align 4
  store float %v, ptr addrspace(1) %y, align 4
  ret void
}

; REDEFINE: %{kernel} = store
; RUN: %{run} | FileCheck %s --check-prefix=STORE
; STORE: y: 7 7 7 7 0
; RUN: sed 's/ptr addrspace(1) %%y, ptr addrspace(3) @tile, i32 16/ptr addrspace(1) %%x, ptr addrspace(3) @tile, i32 16/' %s > %t.read-only
; REDEFINE: %{file} = %t.read-only
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=READ-ONLY
; READ-ONLY: error: {{.*}}: write of 16 bytes to read-only 'x' at offset 0, in 'call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global
; RUN: sed 's/@tile, i32 16, i64/@tile, i32 32, i64/' %s > %t.unwritten
; REDEFINE: %{file} = %t.unwritten
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=UNWRITTEN
; UNWRITTEN: error: {{.*}}: use of uninitialised shared memory: read of 32 bytes at offset 0 of 'tile', which has 256 bytes, in
; RUN: sed 's/@tile, i32 16, i64/inttoptr (i64 4096 to ptr addrspace(3)), i32 16, i64/' %s > %t.nowhere
; REDEFINE: %{file} = %t.nowhere
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NOWHERE
; NOWHERE: error: {{.*}}: out-of-bounds shared read of 16 bytes at offset {{-?[0-9]+}} of '{{tile|barrier}}'
; REDEFINE: %{file} = %s
define ptx_kernel void @store(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  store <4 x float> splat (float 7.0), ptr addrspace(3) @tile, align 16
  call void @llvm.nvvm.fence.proxy.async.shared_cta()
  call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global(ptr addrspace(1) %y, ptr addrspace(3) @tile, i32 16, i64 0, i1 false)
  call void @llvm.nvvm.cp.async.bulk.commit.group()
  call void @llvm.nvvm.cp.async.bulk.wait.group(i32 0)
  ret void
}

; More bytes than a barrier counts come or are expected.
; REDEFINE: %{kernel} = bytes
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BYTES
; BYTES: error: {{.*}}: an mbarrier expects at most 1048575 bytes to be outstanding, but got -1048576, in 'call void @llvm.nvvm.mbarrier.complete.tx
define ptx_kernel void @bytes(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.mbarrier.complete.tx.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 1048576)
  ret void
}

; The barrier ends while the copy is under way, and the lane goes on.
; REDEFINE: %{kernel} = invalidated
; RUN: not %{run} --seed=3 2>&1 | FileCheck %s --check-prefix=INVALIDATED
; INVALIDATED: error: {{.*}}: the mbarrier of a copy under way was invalidated, in 'call void @llvm.nvvm.cp.async.bulk.global
define ptx_kernel void @invalidated(ptr addrspace(1) %x, ptr addrspace(1) %y) {
entry:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3) @tile, ptr addrspace(3) @barrier, ptr addrspace(1) %x, i32 64, i64 0, i1 false)
  call void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3) @barrier)
  br label %loop

loop:
  %i = phi i32 [0, %entry], [%next, %loop]
  %v = load float, ptr addrspace(1) %x, align 4
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, 4096
  br i1 %more, label %loop, label %end

end:
  ret void
}
