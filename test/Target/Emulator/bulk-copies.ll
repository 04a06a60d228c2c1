; A bulk load counts its bytes at a barrier object; a bulk store reads shared
; memory in groups of the lane.

; DEFINE: %{kernel} = load
; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --block=64 \
; DEFINE:     --seed=%{seed} --buffer=x:f32:64:iota --buffer=y:f32:64:rw --print=y

@tile = internal addrspace(3) global [64 x float] undef, align 128
@barrier = internal addrspace(3) global i64 undef, align 8

; RUN: %{run} | FileCheck %s --check-prefix=LOAD
; REDEFINE: %{seed} = 1
; RUN: %{run} | FileCheck %s --check-prefix=LOAD
; REDEFINE: %{seed} = 2
; RUN: %{run} | FileCheck %s --check-prefix=LOAD
; REDEFINE: %{seed} = 3
; RUN: %{run} | FileCheck %s --check-prefix=LOAD
; LOAD: shared: 256 bytes read, 256 bytes written
; LOAD: 'x': 256 bytes read in 1 requests, 8 sectors
; LOAD: y: 63 62 61 {{.*}} 2 1 0
; REDEFINE: %{seed} = 0

; Without the wait the tile is pending, or not yet being written.
; RUN: sed 's/br i1 %%ok, label %%read, label %%wait/br label %%read/' %s > %t.no-wait
; REDEFINE: %{file} = %t.no-wait
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WAIT
; NO-WAIT: error: {{.*}}: read of 4 bytes at offset {{[0-9]+}} of 'tile', which has 256 bytes, before a wait for the copy that lane 0 started in 'call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta

; Too many bytes expected: a phase that never completes, with its counts.
; RUN: sed 's/cta(ptr addrspace(3) @barrier, i32 256)/cta(ptr addrspace(3) @barrier, i32 272)/' %s > %t.deadlock
; REDEFINE: %{file} = %t.deadlock
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=DEADLOCK
; DEADLOCK: error: kernel 'load', block (0, 0, 0): deadlock: lanes 0-63 wait at '%ok = call i1 @llvm.nvvm.mbarrier.try.wait.parity{{.*}}'; they wait for the mbarrier at offset 0 of 'barrier', which has 8 bytes, whose phase 0 lacks 0 arrivals and 16 bytes

; Waiting for the phase before the first returns at once.
; RUN: sed 's/@barrier, i32 0) ; waits/@barrier, i32 1)/' %s > %t.parity
; REDEFINE: %{file} = %t.parity
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WAIT

; RUN: sed '/fence.mbarrier_init/d' %s > %t.no-fence
; REDEFINE: %{file} = %t.no-fence
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-FENCE
; NO-FENCE: error: {{.*}}, lane 0: the mbarrier at offset 0 of 'barrier', which has 8 bytes, is used by another block or a copy, but its initialisation by lane 0 was not followed by fence.mbarrier_init, in 'call void @llvm.nvvm.cp.async.bulk.global

; RUN: sed '/barrier.cta.sync/d' %s > %t.no-barrier
; REDEFINE: %{file} = %t.no-barrier
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-BARRIER
; NO-BARRIER: error: {{.*}}: {{nothing orders the use of the mbarrier .* after its initialisation by lane 0|expects an mbarrier that has been initialised, but there is none at offset 0 of 'barrier'}}

; RUN: sed 's/ptr addrspace(1) %%x, i32 256/ptr addrspace(1) %%x, i32 264/' %s > %t.size
; REDEFINE: %{file} = %t.size
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SIZE
; SIZE: error: {{.*}}: a bulk copy expects a multiple of 16 bytes, but got 264, in
; RUN: sed 's/ptr addrspace(1) %%x, i32 256/ptr addrspace(1) %%x, i32 272/' %s > %t.far
; REDEFINE: %{file} = %t.far
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FAR
; FAR: error: {{.*}}: out-of-bounds read of 272 bytes at offset 0 of 'x', which has 256 bytes, in
; REDEFINE: %{file} = %s
define ptx_kernel void @load(ptr addrspace(1) %x, ptr addrspace(1) %y) {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  br i1 %first, label %start, label %meet

start:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3) @tile, ptr addrspace(3) @barrier, ptr addrspace(1) %x, i32 256, i64 0, i1 false)
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 256)
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %wait

wait:
  %ok = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 0) ; waits
  br i1 %ok, label %read, label %wait

read:
  %other = sub i32 63, %tid
  %from = getelementptr float, ptr addrspace(3) @tile, i32 %other
  %v = load float, ptr addrspace(3) %from, align 4
  %to = getelementptr float, ptr addrspace(1) %y, i32 %tid
  store float %v, ptr addrspace(1) %to, align 4
  ret void
}

; REDEFINE: %{kernel} = store
; RUN: %{run} | FileCheck %s --check-prefix=STORE
; STORE: 'y': {{.*}} 256 bytes written in 1 requests, 8 sectors
; STORE: y: 0 1 2 3 {{.*}} 63
; RUN: sed '/fence.proxy.async/d' %s > %t.no-proxy
; REDEFINE: %{file} = %t.no-proxy
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-PROXY
; NO-PROXY: error: {{.*}}, lane 0: a bulk copy of 256 bytes at offset 0 of 'tile', which has 256 bytes, written by lane {{[0-9]+}} in 'store float %v, {{.*}}', without fence.proxy.async in between, in 'call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global
; RUN: sed '/wait.group.read/d' %s > %t.no-read
; REDEFINE: %{file} = %t.no-read
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-READ
; NO-READ: error: {{.*}}: {{write of 4 bytes at offset .* before a wait for the reads of the copy that lane 0 started in 'call void @llvm.nvvm.cp.async.bulk.shared|the lane ends without having waited until a bulk store had read its source}}
; RUN: sed '/bulk.commit.group/d' %s > %t.no-commit
; REDEFINE: %{file} = %t.no-commit
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-READ
; REDEFINE: %{file} = %s
define ptx_kernel void @store(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  %from = getelementptr float, ptr addrspace(1) %x, i32 %tid
  %to = getelementptr float, ptr addrspace(3) @tile, i32 %tid
  %v = load float, ptr addrspace(1) %from, align 4
  store float %v, ptr addrspace(3) %to, align 4
  call void @llvm.nvvm.fence.proxy.async.shared_cta()
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br i1 %first, label %copy, label %reuse

copy:
  call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global(ptr addrspace(1) %y, ptr addrspace(3) @tile, i32 256, i64 0, i1 false)
  call void @llvm.nvvm.cp.async.bulk.commit.group()
  call void @llvm.nvvm.cp.async.bulk.wait.group.read(i32 0)
  br label %reuse

reuse:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  store float 0.0, ptr addrspace(3) %to, align 4
  ret void
}
