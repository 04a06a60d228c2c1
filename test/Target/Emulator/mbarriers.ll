; Barrier objects: arrivals, phases and what they order.

; DEFINE: %{kernel} = handoff
; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --block=64 --seed=%{seed}

@slots = internal addrspace(3) global [64 x i32] undef, align 16
@barrier = internal addrspace(3) global i64 undef, align 8

; An arrival releases what its lane wrote to those that wait; without one the
; lane's write races, whatever the order of the lanes.
; RUN: %{run} | FileCheck %s --check-prefix=HANDOFF
; REDEFINE: %{seed} = 1
; RUN: %{run} | FileCheck %s --check-prefix=HANDOFF
; HANDOFF: shared: 256 bytes read, 256 bytes written
; RUN: sed 's/mbarrier.arrive.scope/mbarrier.arrive.relaxed.scope/' %s > %t.relaxed
; REDEFINE: %{file} = %t.relaxed
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RELAXED
; RELAXED: error: {{.*}}: data race: read of 4 bytes {{.*}} which nothing orders after the write by lane {{[0-9]+}} in 'store i32
; RUN: sed 's/@barrier, i32 64)/@barrier, i32 63)/' %s > %t.many
; REDEFINE: %{file} = %t.many
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=MANY
; MANY: error: {{.*}}: {{data race|use of uninit|read of}}
; RUN: sed 's/@barrier, i32 64)/@barrier, i32 65)/' %s > %t.few
; REDEFINE: %{file} = %t.few
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FEW
; FEW: error: {{.*}}: the lane tests in vain the mbarrier at offset 0 of 'barrier', which has 8 bytes, whose phase 0 lacks 1 arrivals and 0 bytes
; The same through the loop of inline assembly.
; RUN: sed -e 's/%%ok = call i1 @.*/call void asm sideeffect "{\\0A\\09.reg .pred       P1; \\0A\\09LAB_WAIT: \\0A\\09mbarrier.try_wait.parity.shared.b64 P1, [$0], $1, $2; \\0A\\09@P1 bra.uni DONE; \\0A\\09bra.uni     LAB_WAIT; \\0A\\09DONE: \\0A\\09}", "r,r,r"(ptr addrspace(3) @barrier, i32 0, i32 1000)/' \
; RUN:     -e 's/br i1 %%ok, label %%read, label %%wait/br label %%read/' %s > %t.inline
; REDEFINE: %{file} = %t.inline
; RUN: %{run} | FileCheck %s --check-prefix=HANDOFF
; REDEFINE: %{file} = %s
define ptx_kernel void @handoff() {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  br i1 %first, label %init, label %meet

init:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 64)
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %to = getelementptr i32, ptr addrspace(3) @slots, i32 %tid
  store i32 %tid, ptr addrspace(3) %to, align 4
  %state = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 1)
  br label %wait

wait:
  %ok = call i1 @llvm.nvvm.mbarrier.test.wait.scope.cta.space.cta(ptr addrspace(3) @barrier, i64 %state)
  br i1 %ok, label %read, label %wait

read:
  %other = sub i32 63, %tid
  %from = getelementptr i32, ptr addrspace(3) @slots, i32 %other
  %v = load i32, ptr addrspace(3) %from, align 4
  ret void
}

; One lane's mistakes.
; DEFINE: %{one} = not seednorm-emulate %s --block=1 --kernel

; RUN: %{one}=none 2>&1 | FileCheck %s --check-prefix=NONE
; NONE: error: {{.*}}: expects an mbarrier that has been initialised, but there is none at offset 0 of 'barrier', which has 8 bytes, in '%s = call i64
define ptx_kernel void @none() {
  %s = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @barrier)
  ret void
}

; RUN: %{one}=zero 2>&1 | FileCheck %s --check-prefix=ZERO
; ZERO: error: {{.*}}: an mbarrier expects 1 to 1048575 arrivals, but got 0, in
define ptx_kernel void @zero() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 0)
  ret void
}

; RUN: %{one}=misaligned 2>&1 | FileCheck %s --check-prefix=MISALIGNED
; MISALIGNED: error: {{.*}}: misaligned write of 8 bytes at offset 4 of 'slots', which has 256 bytes: the address is 4 past a multiple of 8
define ptx_kernel void @misaligned() {
  %p = getelementptr i32, ptr addrspace(3) @slots, i32 1
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %p, i32 1)
  ret void
}

; RUN: %{one}=twice 2>&1 | FileCheck %s --check-prefix=TWICE
; TWICE: error: {{.*}}: the mbarrier at offset 0 of 'barrier', which has 8 bytes, is initialised again without mbarrier.inval
; RUN: sed 's/; inval here/call void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3) @barrier)/' %s \
; RUN:   | seednorm-emulate - --block=1 --kernel=twice | FileCheck %s --check-prefix=AGAIN
; AGAIN: blocks: 1
define ptx_kernel void @twice() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  ; inval here
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  ret void
}

; RUN: %{one}=touched 2>&1 | FileCheck %s --check-prefix=TOUCHED
; TOUCHED: error: {{.*}}: read of 8 bytes of the mbarrier at offset 0 of 'barrier', which has 8 bytes, in '%v = load i64
define ptx_kernel void @touched() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  %v = load i64, ptr addrspace(3) @barrier, align 8
  ret void
}

; RUN: %{one}=overflow 2>&1 | FileCheck %s --check-prefix=OVERFLOW
; OVERFLOW: error: {{.*}}: 3 arrivals at the mbarrier at offset 0 of 'barrier', which has 8 bytes, which expects no more than 2, in
define ptx_kernel void @overflow() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 2)
  %s = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 3)
  ret void
}

; RUN: %{one}=last 2>&1 | FileCheck %s --check-prefix=LAST
; LAST: error: {{.*}}: an arrival that must not complete the phase of the mbarrier at offset 0 of 'barrier', which has 8 bytes, is its last, in
define ptx_kernel void @last() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  %s = call i64 @llvm.nvvm.mbarrier.arrive.noComplete.shared(ptr addrspace(3) @barrier, i32 1)
  ret void
}

; RUN: %{one}=bytes 2>&1 | FileCheck %s --check-prefix=BYTES
; BYTES: error: {{.*}}: an mbarrier expects at most 1048575 bytes to be outstanding, but got 1048576, in
define ptx_kernel void @bytes() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  call void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta(ptr addrspace(3) @barrier, i32 1048576)
  ret void
}

; The state of a phase is of use until the next one completes.
; RUN: %{one}=stale 2>&1 | FileCheck %s --check-prefix=STALE
; STALE: error: {{.*}}: expects the state of phase 2 of the mbarrier or of the one before, but got that of phase 0, in '%ok = call i1
define ptx_kernel void @stale() {
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @barrier, i32 1)
  %s = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @barrier)
  %t = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @barrier)
  %ok = call i1 @llvm.nvvm.mbarrier.test.wait.shared(ptr addrspace(3) @barrier, i64 %s)
  ret void
}
