; Barrier objects of another block, and stores that count at them.

; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=push --grid=2 --block=32 \
; DEFINE:     --seed=%{seed} --buffer=y:i32:2:rw --print=y

; Each block's first lane sends its word to the other block, whose first lane
; waits for the bytes.
; RUN: %{run} | FileCheck %s --check-prefix=PUSH
; REDEFINE: %{seed} = 1
; RUN: %{run} | FileCheck %s --check-prefix=PUSH
; REDEFINE: %{seed} = 2
; RUN: %{run} | FileCheck %s --check-prefix=PUSH
; PUSH: distributed shared: 0 bytes read, 8 bytes written
; PUSH: y: 101 100

; RUN: sed '/fence.mbarrier_init/d' %s > %t.no-fence
; REDEFINE: %{file} = %t.no-fence
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-FENCE
; NO-FENCE: error: {{.*}}: the mbarrier at offset 0 of 'barrier', which has 8 bytes, is used by another block or a copy, but its initialisation by lane 0 of the cluster's block {{[01]}} was not followed by fence.mbarrier_init

; RUN: sed '/; started$/d' %s > %t.no-start
; REDEFINE: %{file} = %t.no-start
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-START
; NO-START: error: {{.*}}: access to the shared memory of the cluster's block {{[01]}}, which may not have started

; Nobody waits for the bytes that are sent.
; RUN: sed 's/br i1 %%is_first, label %%wait, label %%end/br label %%end/' %s > %t.no-wait
; REDEFINE: %{file} = %t.no-wait
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WAIT
; NO-WAIT: error: {{.*}}: the block ends{{ without having waited for a copy to its shared memory, in|, but nothing orders that after the access to its shared memory by an asynchronous copy in}} 'call void asm sideeffect "st.async

; The barrier and the destination are of one block.
; RUN: sed 's/ptr addrspace(7) %%far_barrier)/ptr addrspace(7) %%near_barrier)/' %s > %t.apart
; REDEFINE: %{file} = %t.apart
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=APART
; APART: error: {{.*}}: a copy expects an mbarrier in the shared memory of its destination, in

@word = internal addrspace(3) global i32 undef, align 4
@barrier = internal addrspace(3) global i64 undef, align 8

define ptx_kernel void @push(ptr addrspace(1) %y) "nvvm.cluster_dim"="2,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %other = sub i32 1, %rank
  %is_first = icmp eq i32 %tid, 0
  br i1 %is_first, label %init, label %meet

init:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  %s = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 4)
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned() ; started
  call void @llvm.nvvm.barrier.cluster.wait.aligned() ; started
  br i1 %is_first, label %send, label %end

send:
  %value = add i32 %rank, 100
  %far_word = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @word, i32 %other)
  %far_barrier = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @barrier, i32 %other)
  %near_barrier = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @barrier, i32 %rank)
  call void asm sideeffect "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0], $1, [$2];", "l,r,l"(ptr addrspace(7) %far_word, i32 %value, ptr addrspace(7) %far_barrier)
  br i1 %is_first, label %wait, label %end

wait:
  %ok = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta(ptr addrspace(3) @barrier, i32 0)
  br i1 %ok, label %read, label %wait

read:
  %v = load i32, ptr addrspace(3) @word, align 4
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %rank
  store i32 %v, ptr addrspace(1) %to, align 4
  br label %end

end:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}
