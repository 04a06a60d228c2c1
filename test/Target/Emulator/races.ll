; Accesses to shared memory that nothing orders are errors, whatever the order
; in which the lanes happened to run.

; DEFINE: %{kernel} = exchange
; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --block=64 \
; DEFINE:     --seed=%{seed} --buffer=y:f32:64:rw

; RUN: %{run} | FileCheck %s --check-prefix=FINE
; FINE: block barriers: 2

@slots = internal addrspace(3) global [64 x float] undef, align 4
@words = internal addrspace(3) global [64 x i32] undef, align 4

; Without the first barrier a lane reads what its neighbour may not have
; written, without the second it overwrites what the neighbour may not have
; read. Where the read comes first, it is of bytes that nobody wrote.
; RUN: sed '/first$/d' %s > %t.no-first
; REDEFINE: %{file} = %t.no-first
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FIRST
; REDEFINE: %{seed} = 1
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FIRST
; FIRST: error: {{.*}}: {{use of uninitialised shared memory|data race}}

; RUN: sed '/second$/d' %s > %t.no-second
; REDEFINE: %{file} = %t.no-second
; REDEFINE: %{seed} = 0
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SECOND
; REDEFINE: %{seed} = 1
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SECOND
; REDEFINE: %{seed} = 2
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SECOND
; SECOND: error: kernel 'exchange', block (0, 0, 0), lane {{[0-9]+}}: data race: {{read|write}} of 4 bytes at offset {{[0-9]+}} of 'slots', which has 256 bytes, which nothing orders after the {{read|write}} by lane {{[0-9]+}} in '{{.*}}', in '{{.*}}'
define ptx_kernel void @exchange(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %mine = getelementptr float, ptr addrspace(3) @slots, i32 %tid
  %next = add i32 %tid, 1
  %wrapped = and i32 %next, 63
  %theirs = getelementptr float, ptr addrspace(3) @slots, i32 %wrapped
  store float 1.0, ptr addrspace(3) %mine, align 4
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0) ; first
  %v = load float, ptr addrspace(3) %theirs, align 4
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0) ; second
  store float %v, ptr addrspace(3) %mine, align 4
  ret void
}
; REDEFINE: %{file} = %s
; REDEFINE: %{seed} = 0

; A warp's barrier orders its lanes with each other, and no others.
; REDEFINE: %{kernel} = warp
; RUN: %{run} | FileCheck %s --check-prefix=WARP
; WARP: warp barriers: 2
; RUN: sed 's/%%within = .*/%%within = add i32 0, 63/' %s > %t.across
; REDEFINE: %{file} = %t.across
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=ACROSS
; ACROSS: error: {{.*}}: {{use of uninitialised shared memory|data race: read}}
define ptx_kernel void @warp(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %within = add i32 0, 31
  %mine = getelementptr float, ptr addrspace(3) @slots, i32 %tid
  %other = xor i32 %tid, %within
  %theirs = getelementptr float, ptr addrspace(3) @slots, i32 %other
  store float 1.0, ptr addrspace(3) %mine, align 4
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  %v = load float, ptr addrspace(3) %theirs, align 4
  ret void
}
; REDEFINE: %{file} = %s

; What a lane learned at a warp's barrier it passes on at the next, through
; lanes in between: 0 -> 1 -> 2.
; REDEFINE: %{kernel} = chain
; RUN: %{run} | FileCheck %s --check-prefix=CHAIN
; CHAIN: warp barriers: 2
; RUN: sed 's/%%meets_two = .*/%%meets_two = icmp eq i32 %%tid, 1/' %s > %t.broken
; REDEFINE: %{file} = %t.broken
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BROKEN
; BROKEN: error: {{.*}}: {{use of uninitialised shared memory|data race: read}}
define ptx_kernel void @chain(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %is_zero = icmp eq i32 %tid, 0
  %is_two = icmp eq i32 %tid, 2
  %meets_one = icmp ult i32 %tid, 2
  %before = sub i32 %tid, 1
  %meets_two = icmp ult i32 %before, 2
  br i1 %is_zero, label %write, label %first_if

write:
  store float 1.0, ptr addrspace(3) @slots, align 4
  br label %first_if

first_if:
  br i1 %meets_one, label %first, label %second_if

first:
  call void @llvm.nvvm.bar.warp.sync(i32 3)
  br label %second_if

second_if:
  br i1 %meets_two, label %second, label %read_if

second:
  call void @llvm.nvvm.bar.warp.sync(i32 6)
  br label %read_if

read_if:
  br i1 %is_two, label %read, label %end

read:
  %v = load float, ptr addrspace(3) @slots, align 4
  br label %end

end:
  ret void
}
; REDEFINE: %{file} = %s

; A shuffle exchanges values and orders no memory.
; REDEFINE: %{kernel} = shuffled
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SHUFFLED
; SHUFFLED: error: {{.*}}: data race: read of 4 bytes at offset {{[0-9]+}} of 'slots', {{.*}} which nothing orders after the write by lane {{[0-9]+}} in 'store float
define ptx_kernel void @shuffled(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %mine = getelementptr float, ptr addrspace(3) @slots, i32 %tid
  %other = xor i32 %tid, 31
  %theirs = getelementptr float, ptr addrspace(3) @slots, i32 %other
  store float 1.0, ptr addrspace(3) %mine, align 4
  %r = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 0, i32 1, i32 31)
  %v = load float, ptr addrspace(3) %theirs, align 4
  ret void
}

; The same value from lanes of one instruction is a race by the rules of PTX.
; REDEFINE: %{kernel} = same
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SAME
; SAME: error: {{.*}}: data race: write of 4 bytes at offset 0 of 'slots', {{.*}} after the write by lane {{[0-9]+}} in '[[STORE:store float 1.000000e.00, ptr addrspace.3. @slots, align 4]]', in '[[STORE]]'
define ptx_kernel void @same(ptr addrspace(1) %y) {
  store float 1.0, ptr addrspace(3) @slots, align 4
  ret void
}

; Lanes may write the bytes of one word, and any may read what all have read.
; REDEFINE: %{kernel} = bytes
; RUN: %{run} | FileCheck %s --check-prefix=BYTES
; BYTES: shared: 4096 bytes read, 64 bytes written
; RUN: sed 's/i8, ptr addrspace(3) @slots, i32 %%tid/i16, ptr addrspace(3) @slots, i32 %%half/' %s > %t.halves
; REDEFINE: %{file} = %t.halves
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=HALVES
; HALVES: error: {{.*}}: {{data race: write of 1 bytes|use of uninit}}
define ptx_kernel void @bytes(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %half = lshr i32 %tid, 1
  %mine = getelementptr i8, ptr addrspace(3) @slots, i32 %tid
  store i8 1, ptr addrspace(3) %mine, align 1
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %loop

loop:
  %i = phi i32 [ 0, %0 ], [ %next, %loop ]
  %p = getelementptr i32, ptr addrspace(3) @slots, i32 %i
  %v = load i32, ptr addrspace(3) %p, align 4
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, 16
  br i1 %done, label %end, label %loop

end:
  ret void
}
; REDEFINE: %{file} = %s

; All lanes read, then one writes: each of the reads must be ordered before.
; REDEFINE: %{kernel} = readers
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=READERS
; READERS: error: {{.*}}, lane {{[0-9]+}}: data race: {{write of 4 bytes .* after the read by lane 63|read of 4 bytes .* after the write by lane 0}}
define ptx_kernel void @readers(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  %last = icmp eq i32 %tid, 63
  br i1 %first, label %init, label %meet

init:
  store float 1.0, ptr addrspace(3) @slots, align 4
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br i1 %last, label %again, label %read

read:
  %v = load float, ptr addrspace(3) @slots, align 4
  br label %again

again:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br i1 %last, label %late, label %write_if

late:
  %w = load float, ptr addrspace(3) @slots, align 4
  br label %end

write_if:
  br i1 %first, label %write, label %end

write:
  store float 2.0, ptr addrspace(3) @slots, align 4
  br label %end

end:
  ret void
}

; Atomics do not race with each other, but with anything else.
; REDEFINE: %{kernel} = atomic
; RUN: %{run} | FileCheck %s --check-prefix=ATOMIC
; ATOMIC: block barriers: 1
; RUN: sed 's/%%older = .*/store i32 7, ptr addrspace(3) @words, align 4/' %s > %t.plain
; REDEFINE: %{file} = %t.plain
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=PLAIN
; PLAIN: error: {{.*}}: data race: write of 4 bytes at offset 0 of 'words', which has 256 bytes, which nothing orders after the write by lane {{[0-9]+}} in '%old = atomicrmw
define ptx_kernel void @atomic(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  br i1 %first, label %init, label %meet

init:
  store i32 0, ptr addrspace(3) @words, align 4
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %old = atomicrmw add ptr addrspace(3) @words, i32 1 monotonic, align 4
  br i1 %first, label %again, label %end

again:
  %older = atomicrmw add ptr addrspace(3) @words, i32 1 monotonic, align 4
  br label %end

end:
  ret void
}

; A copy that its lane has waited for is not yet there for the others.
; REDEFINE: %{file} = %s
; REDEFINE: %{kernel} = copied
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=COPIED
; COPIED: error: {{.*}}: {{data race: read of 4 bytes .* after the write by lane .* in 'call void @llvm.nvvm.cp.async|read of 4 bytes .* before a wait for the copy|use of uninit}}
; RUN: sed 's/^  ; meet here$/  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)/' %s > %t.met
; REDEFINE: %{file} = %t.met
; RUN: %{run} | FileCheck %s --check-prefix=MET
; MET: block barriers: 1
define ptx_kernel void @copied(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %mine = getelementptr float, ptr addrspace(3) @slots, i32 %tid
  %from = getelementptr float, ptr addrspace(1) %y, i32 %tid
  %other = xor i32 %tid, 1
  %theirs = getelementptr float, ptr addrspace(3) @slots, i32 %other
  call void @llvm.nvvm.cp.async.ca.shared.global.4(ptr addrspace(3) %mine, ptr addrspace(1) %from)
  call void @llvm.nvvm.cp.async.wait.all()
  ; meet here
  %v = load float, ptr addrspace(3) %theirs, align 4
  ret void
}
