; DEFINE: %{kernel} = again
; DEFINE: %{grid} = 2
; DEFINE: %{options} =
; DEFINE: %{run} = seednorm-emulate %s --kernel=%{kernel} --grid=%{grid} \
; DEFINE:     --block=64 %{options}

@word = internal addrspace(3) global i32 undef, align 4

; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=AGAIN
; AGAIN: error: kernel 'again', block ({{[01]}}, 0, 0), lane {{[0-9]+}}: the lane arrives at the cluster's barrier again without having waited, in 'call void @llvm.nvvm.barrier.cluster.arrive()'
define ptx_kernel void @again() "nvvm.cluster_dim"="2,1,1" {
  call void @llvm.nvvm.barrier.cluster.arrive()
  call void @llvm.nvvm.barrier.cluster.arrive()
  ret void
}

; REDEFINE: %{kernel} = never
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NEVER
; NEVER: error: {{.*}}: the lane waits at the cluster's barrier without having arrived, in 'call void @llvm.nvvm.barrier.cluster.wait.aligned()'
define ptx_kernel void @never() "nvvm.cluster_dim"="2,1,1" {
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}

; Lanes of a warp arrive at an aligned barrier together.
; REDEFINE: %{kernel} = divergent
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=DIVERGENT
; DIVERGENT: error: {{.*}}: divergent cluster barrier: lane {{[0-9]+}} of the same warp is at 'call void @llvm.nvvm.barrier.cluster.arrive.aligned()', in 'call void @llvm.nvvm.barrier.cluster.arrive.aligned()'
; Not aligned, they need not.
; RUN: sed 's/\.aligned()/()/' %s | seednorm-emulate - --kernel=divergent --grid=2 --block=64 \
; RUN:   | FileCheck %s --check-prefix=FREE
; FREE: cluster barriers: 1
define ptx_kernel void @divergent() "nvvm.cluster_dim"="2,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %odd = and i32 %tid, 1
  %is_odd = icmp eq i32 %odd, 1
  br i1 %is_odd, label %then, label %else

then:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  br label %meet

else:
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}

; REDEFINE: %{kernel} = stuck
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=STUCK
; STUCK: error: kernel 'stuck', block (0, 0, 0): deadlock: lanes 0-63 wait at 'call void @llvm.nvvm.barrier.cluster.wait()'; in the cluster's block 1: lane 63 waits at 'call void @llvm.nvvm.bar.warp.sync(i32 -1)' with mask 0xffffffff; lanes 0-62 wait at 'call void @llvm.nvvm.barrier.cluster.wait()'{{$}}
define ptx_kernel void @stuck() "nvvm.cluster_dim"="2,1,1" {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %scaled = mul i32 %tid, %rank
  %last = icmp eq i32 %scaled, 63
  br i1 %last, label %other, label %arrive

other:
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  br label %arrive

arrive:
  call void @llvm.nvvm.barrier.cluster.arrive()
  call void @llvm.nvvm.barrier.cluster.wait()
  ret void
}

; REDEFINE: %{kernel} = rank
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RANK
; RANK: error: {{.*}}: expects a rank in a cluster of 2 blocks, but got 2, in '%p = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster
define ptx_kernel void @rank() "nvvm.cluster_dim"="2,1,1" {
  %p = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @word, i32 2)
  ret void
}

; REDEFINE: %{kernel} = place
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=PLACE
; PLACE: error: {{.*}}: expects an address in shared memory, in '%p = call ptr @llvm.nvvm.mapa(ptr null, i32 0)'
define ptx_kernel void @place() "nvvm.cluster_dim"="2,1,1" {
  %p = call ptr @llvm.nvvm.mapa(ptr null, i32 0)
  ret void
}

; REDEFINE: %{kernel} = beyond
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BEYOND
; BEYOND: error: {{.*}}: out-of-bounds shared write of 4 bytes at offset 4 of 'word', which has 4 bytes, in 'store i32 1
define ptx_kernel void @beyond() "nvvm.cluster_dim"="2,1,1" {
  call void @llvm.nvvm.barrier.cluster.arrive()
  call void @llvm.nvvm.barrier.cluster.wait()
  %p = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @word, i32 1)
  %q = getelementptr i8, ptr addrspace(7) %p, i32 4
  store i32 1, ptr addrspace(7) %q, align 4
  ret void
}

; Lanes of two blocks race like those of one.
; REDEFINE: %{kernel} = race
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=RACE
; RACE: error: {{.*}}: data race: write of 4 bytes at offset 0 of 'word', {{.*}} after the write by lane {{[0-9]+}} of the cluster's block {{[01]}} in 'store i32 1
define ptx_kernel void @race() "nvvm.cluster_dim"="2,1,1" {
  call void @llvm.nvvm.barrier.cluster.arrive()
  call void @llvm.nvvm.barrier.cluster.wait()
  %p = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @word, i32 1)
  store i32 1, ptr addrspace(7) %p, align 4
  ret void
}

; REDEFINE: %{grid} = 3
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=GRID
; GRID: error: kernel 'race' expects a multiple of 2 blocks in dimension 0, the size of its clusters, but got 3

; REDEFINE: %{kernel} = large
; REDEFINE: %{grid} = 16
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=LARGE
; LARGE: error: kernel 'large' expects clusters of 1 to 8 blocks, but has 16x1x1
; REDEFINE: %{options} = --non-portable-cluster
; RUN: %{run} | FileCheck %s --check-prefix=ALLOWED
; ALLOWED: blocks: 16
; ALLOWED: cluster barriers: 1
define ptx_kernel void @large() "nvvm.cluster_dim"="16,1,1" {
  call void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}
