; Arrivals and waits that order nothing by themselves, and fences beside them.

; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=take_turns --grid=2 --block=32 \
; DEFINE:     --seed=%{seed} --buffer=y:i32:64:rw --print=y

; Each block reads its word, says so to the other one, and writes that block's
; word when it has been told as much.
; RUN: %{run} | FileCheck %s --check-prefix=TURNS
; REDEFINE: %{seed} = 1
; RUN: %{run} | FileCheck %s --check-prefix=TURNS
; REDEFINE: %{seed} = 2
; RUN: %{run} | FileCheck %s --check-prefix=TURNS
; TURNS: y: {{(7 ){32}(8 ?){32}$}}

; RUN: sed '/fence.release.sync_restrict.*()$/d' %s > %t.no-release
; REDEFINE: %{file} = %t.no-release
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RACE

; RUN: sed '/fence.acquire.sync_restrict.*()$/d' %s > %t.no-acquire
; REDEFINE: %{file} = %t.no-acquire
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RACE
; RACE: error: {{.*}}: data race

; The lanes of the warp are not ordered before the one that arrives.
; RUN: sed '/bar.warp.sync(i32 -1)$/d' %s > %t.no-warp
; REDEFINE: %{file} = %t.no-warp
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RACE

; Nobody waits for the last arrival.
; RUN: sed 's/br i1 %%is_first, label %%wait, label %%end/br label %%end/' %s > %t.no-wait
; REDEFINE: %{file} = %t.no-wait
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WAIT
; NO-WAIT: error: {{.*}}: the block ends, but nothing orders that after the access to its shared memory by lane 0 of the cluster's block {{[01]}} in 'call void @llvm.nvvm.mbarrier.arrive.relaxed

@word = internal addrspace(3) global i32 undef, align 4
@barrier = internal addrspace(3) global i64 undef, align 8

define ptx_kernel void @take_turns(ptr addrspace(1) %y) "nvvm.cluster_dim"="2,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %other = sub i32 1, %rank
  %is_first = icmp eq i32 %tid, 0
  br i1 %is_first, label %init, label %meet

init:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  %own = add i32 %rank, 7
  store i32 %own, ptr addrspace(3) @word, align 4
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  %v = load i32, ptr addrspace(3) @word, align 4
  %block = mul i32 %rank, 32
  %place = add i32 %block, %tid
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %place
  store i32 %v, ptr addrspace(1) %to, align 4
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  br i1 %is_first, label %tell, label %end

tell:
  %far_barrier = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @barrier, i32 %other)
  call void @llvm.nvvm.fence.release.sync_restrict.space.cta.scope.cluster()
  call void @llvm.nvvm.mbarrier.arrive.relaxed.scope.cluster.space.cluster(ptr addrspace(7) %far_barrier, i32 1)
  br i1 %is_first, label %wait, label %end

wait:
  %ok = call i1 @llvm.nvvm.mbarrier.try.wait.parity.relaxed.scope.cluster.space.cta(ptr addrspace(3) @barrier, i32 0)
  br i1 %ok, label %write, label %wait

write:
  call void @llvm.nvvm.fence.acquire.sync_restrict.space.cluster.scope.cluster()
  %far_word = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @word, i32 %other)
  store i32 %other, ptr addrspace(7) %far_word, align 4
  br label %end

end:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}
