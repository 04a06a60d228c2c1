; Blocks of a cluster run at once, each with its own shared memory.

; DEFINE: %{kernel} = gather
; DEFINE: %{seed} = 0
; DEFINE: %{file} = %s
; DEFINE: %{grid} = 8
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --grid=%{grid} \
; DEFINE:     --block=40 --seed=%{seed} --buffer=y:i32:8:rw --print=y

; Each block's first lane writes its sum to the first block of the cluster,
; whose first lane reads them all. The second barrier orders the writes before
; the reads; the first says that the first block has started.
; RUN: %{run} | FileCheck %s --check-prefix=GATHER
; REDEFINE: %{seed} = 1
; RUN: %{run} | FileCheck %s --check-prefix=GATHER
; REDEFINE: %{seed} = 2
; RUN: %{run} | FileCheck %s --check-prefix=GATHER
; GATHER: blocks: 8
; GATHER: cluster barriers: 4
; GATHER: shared: 32 bytes read, 8 bytes written
; GATHER: distributed shared: 0 bytes read, 24 bytes written
; GATHER: y: 6 0 0 0 22 0 0 0

; RUN: sed 's/.*; started$//' %s > %t.no-start
; REDEFINE: %{file} = %t.no-start
; REDEFINE: %{seed} = 0
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-START
; REDEFINE: %{seed} = 1
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-START
; NO-START: error: kernel 'gather', block ({{[123]}}, 0, 0), lane 0: access to the shared memory of the cluster's block 0, which may not have started: no barrier of the cluster comes before, in 'store i32

; RUN: sed 's/.*; written$//' %s > %t.no-write
; REDEFINE: %{file} = %t.no-write
; REDEFINE: %{seed} = 0
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WRITE
; REDEFINE: %{seed} = 1
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NO-WRITE
; NO-WRITE: error: {{.*}}: {{data race|use of uninit|access to .* which has ended|the block ends, but nothing orders}}

; A relaxed arrival releases nothing, unless a fence comes before.
; RUN: sed -e '/written$/s/arrive/arrive.relaxed/' %s > %t.relaxed
; REDEFINE: %{file} = %t.relaxed
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RELAXED
; RELAXED: error: kernel 'gather', block (0, 0, 0), lane 0: data race: read of 4 bytes at offset {{4|8|12}} of 'slots', which has 16 bytes, which nothing orders after the write by lane 0 of the cluster's block {{[123]}} in 'store i32 {{.*}}', in '%v = load i32
; RUN: sed -e '/written$/s/arrive/arrive.relaxed/' -e 's/; fence here/fence syncscope("cluster") acq_rel/' %s > %t.fenced
; REDEFINE: %{file} = %t.fenced
; RUN: %{run} | FileCheck %s --check-prefix=GATHER
; RUN: sed -e '/written$/s/arrive/arrive.relaxed/' -e 's/; fence here/call void @llvm.nvvm.membar.gl()/' %s > %t.membar
; REDEFINE: %{file} = %t.membar
; RUN: %{run} | FileCheck %s --check-prefix=GATHER
; RUN: sed -e '/written$/s/arrive/arrive.relaxed/' -e 's/; fence here/fence syncscope("block") acq_rel/' %s > %t.narrow
; REDEFINE: %{file} = %t.narrow
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RELAXED
; REDEFINE: %{file} = %s

@slots = internal addrspace(3) global [4 x i32] undef, align 16

define ptx_kernel void @gather(ptr addrspace(1) %y) "nvvm.cluster_dim"="4,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %is_first = icmp eq i32 %tid, 0
  call void @llvm.nvvm.barrier.cluster.arrive.aligned() ; started
  call void @llvm.nvvm.barrier.cluster.wait.aligned() ; started
  br i1 %is_first, label %write, label %meet

write:
  %slot = getelementptr i32, ptr addrspace(3) @slots, i32 %rank
  %remote = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) %slot, i32 0)
  store i32 %block, ptr addrspace(7) %remote, align 4
  br label %meet

meet:
  ; fence here
  call void @llvm.nvvm.barrier.cluster.arrive() ; written
  call void @llvm.nvvm.barrier.cluster.wait() ; written
  %is_root = icmp eq i32 %rank, 0
  %reads = and i1 %is_root, %is_first
  br i1 %reads, label %loop, label %end

loop:
  %i = phi i32 [ 0, %meet ], [ %next, %loop ]
  %sum = phi i32 [ 0, %meet ], [ %added, %loop ]
  %p = getelementptr i32, ptr addrspace(3) @slots, i32 %i
  %v = load i32, ptr addrspace(3) %p, align 4
  %added = add i32 %sum, %v
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, 4
  br i1 %done, label %store, label %loop

store:
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %block
  store i32 %added, ptr addrspace(1) %to, align 4
  br label %end

end:
  ret void
}

; A generic pointer to the next block's memory, and a barrier before the end.
; REDEFINE: %{kernel} = pull
; REDEFINE: %{grid} = 4
; RUN: %{run} | FileCheck %s --check-prefix=PULL
; PULL: cluster barriers: 2
; PULL: distributed shared: 16 bytes read, 0 bytes written
; PULL: y: 101 102 103 100
; RUN: sed 's/.*; over$//' %s > %t.no-end
; REDEFINE: %{file} = %t.no-end
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=ENDED
; REDEFINE: %{seed} = 1
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=ENDED
; REDEFINE: %{seed} = 2
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=ENDED
; ENDED: error: kernel 'pull', block ({{[0-3]}}, 0, 0){{(, lane 0: access to the shared memory of the cluster's block [0-3], which has ended, in '%v = load|: the block ends, but nothing orders that after the access to its shared memory by lane 0 of the cluster's block [0-3] in '%v = load)}}
; REDEFINE: %{file} = %s
define ptx_kernel void @pull(ptr addrspace(1) %y) "nvvm.cluster_dim"="4,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %is_first = icmp eq i32 %tid, 0
  br i1 %is_first, label %write, label %meet

write:
  %value = add i32 %rank, 100
  store i32 %value, ptr addrspace(3) @slots, align 4
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cluster.arrive()
  call void @llvm.nvvm.barrier.cluster.wait()
  br i1 %is_first, label %read, label %end

read:
  %next = add i32 %rank, 1
  %from = and i32 %next, 3
  %generic = addrspacecast ptr addrspace(3) @slots to ptr
  %remote = call ptr @llvm.nvvm.mapa(ptr %generic, i32 %from)
  %v = load i32, ptr %remote, align 4
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %rank
  store i32 %v, ptr addrspace(1) %to, align 4
  br label %end

end:
  call void @llvm.nvvm.barrier.cluster.arrive() ; over
  call void @llvm.nvvm.barrier.cluster.wait() ; over
  ret void
}

; Block (3, 1) of a 4 by 2 grid in clusters of 2 by 2, then of 2 by 1.
; REDEFINE: %{seed} = 0
; REDEFINE: %{kernel} = registers
; REDEFINE: %{grid} = 4,2
; RUN: %{run} | FileCheck %s --check-prefix=REGISTERS
; REGISTERS: y: 1 1 2 1 2 1 3 4
; RUN: sed 's/2,2,1/2,1,1/' %s > %t.flat
; REDEFINE: %{file} = %t.flat
; RUN: %{run} | FileCheck %s --check-prefix=FLAT
; FLAT: y: 1 0 2 1 2 2 1 2
define ptx_kernel void @registers(ptr addrspace(1) %y) "nvvm.cluster_dim"="2,2,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %x = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %row = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.y()
  %three = icmp eq i32 %x, 3
  %one = icmp eq i32 %row, 1
  %zero = icmp eq i32 %tid, 0
  %both = and i1 %three, %one
  %chosen = and i1 %both, %zero
  br i1 %chosen, label %then, label %end

then:
  %r0 = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctaid.x()
  %r1 = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctaid.y()
  %r2 = call i32 @llvm.nvvm.read.ptx.sreg.cluster.nctaid.x()
  %r3 = call i32 @llvm.nvvm.read.ptx.sreg.clusterid.x()
  %r4 = call i32 @llvm.nvvm.read.ptx.sreg.nclusterid.x()
  %r5 = call i32 @llvm.nvvm.read.ptx.sreg.nclusterid.y()
  %r6 = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %r7 = call i32 @llvm.nvvm.read.ptx.sreg.cluster.nctarank()
  %v0 = insertelement <8 x i32> poison, i32 %r0, i32 0
  %v1 = insertelement <8 x i32> %v0, i32 %r1, i32 1
  %v2 = insertelement <8 x i32> %v1, i32 %r2, i32 2
  %v3 = insertelement <8 x i32> %v2, i32 %r3, i32 3
  %v4 = insertelement <8 x i32> %v3, i32 %r4, i32 4
  %v5 = insertelement <8 x i32> %v4, i32 %r5, i32 5
  %v6 = insertelement <8 x i32> %v5, i32 %r6, i32 6
  %v7 = insertelement <8 x i32> %v6, i32 %r7, i32 7
  store <8 x i32> %v7, ptr addrspace(1) %y, align 16
  br label %end

end:
  ret void
}
