; DEFINE: %{launch} = --kernel=sum --grid=3 --block=128 \
; DEFINE:     --buffer=x:f32:384:iota --buffer=y:f32:3:rw --print=y

; The order of lanes must not show.
; RUN: seednorm-emulate %s %{launch} | FileCheck %s
; RUN: seednorm-emulate %s %{launch} --seed=1 | FileCheck %s
; RUN: seednorm-emulate %s %{launch} --seed=2 | FileCheck %s

; Faults that a GPU might hide, each made by one edit of this file.
; RUN: sed '/^  call void @llvm.nvvm.barrier/d' %s \
; RUN:   | not seednorm-emulate - %{launch} 2>&1 | FileCheck %s --check-prefix=NO-BARRIER
; RUN: sed 's/i32 1, i32 31)/i32 0, i32 31)/' %s \
; RUN:   | seednorm-emulate - %{launch} | FileCheck %s --check-prefix=NO-STEP
; RUN: sed 's/@partial, i32 \(.\)lane/@partial, i32 \1tid/' %s \
; RUN:   | not seednorm-emulate - %{launch} 2>&1 | FileCheck %s --check-prefix=OUTSIDE
; RUN: sed '/needed = /s/, 4/, 5/' %s \
; RUN:   | not seednorm-emulate - %{launch} 2>&1 | FileCheck %s --check-prefix=OUTSIDE

; CHECK:      blocks: 3
; CHECK-NEXT: block barriers: 3
; CHECK-NEXT: warp barriers: 0
; CHECK-NEXT: cluster barriers: 0
; CHECK-NEXT: shuffles: 120
; CHECK-NEXT: shared: 192 bytes read, 48 bytes written
; CHECK-NEXT: distributed shared: 0 bytes read, 0 bytes written
; CHECK-NEXT: shared reads: 12 requests, 12 wavefronts, 0 of them for bank conflicts
; CHECK-NEXT: shared writes: 12 requests, 12 wavefronts, 0 of them for bank conflicts
; CHECK-NEXT: 'x': 1536 bytes read in 12 requests, 48 sectors;
; CHECK-NEXT: 'y': {{.*}} 12 bytes written in 3 requests, 3 sectors
; CHECK-NEXT: y: 8128 24512 40896

; NO-BARRIER: error: kernel 'sum', block (0, 0, 0), lane {{[0-9]+}}: use of uninitialised shared memory: read of 4 bytes at offset {{[0-9]+}} of 'partial', which has 16 bytes, in '%part = load float, ptr addrspace(3) %from, align 4'
; NO-STEP:     y:
; NO-STEP-NOT: 8128
; OUTSIDE: error: {{.*}}: out-of-bounds shared read of 4 bytes at offset {{[0-9]+}} of 'partial', which has 16 bytes, in '%part = load

target triple = "nvptx64-nvidia-cuda"

@partial = internal addrspace(3) global [4 x float] undef, align 16

define internal float @warp_sum(float %v0) {
  %s1 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v0, i32 16, i32 31)
  %v1 = fadd float %v0, %s1
  %s2 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v1, i32 8, i32 31)
  %v2 = fadd float %v1, %s2
  %s3 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v2, i32 4, i32 31)
  %v3 = fadd float %v2, %s3
  %s4 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v3, i32 2, i32 31)
  %v4 = fadd float %v3, %s4
  %s5 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v4, i32 1, i32 31)
  %v5 = fadd float %v4, %s5
  ret float %v5
}

define ptx_kernel void @sum(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %warp = lshr i32 %tid, 5
  %first = mul i32 %block, 128
  %index = add i32 %first, %tid
  %source = getelementptr float, ptr addrspace(1) %x, i32 %index
  %v = load float, ptr addrspace(1) %source, align 4
  %mine = call float @warp_sum(float %v)
  %is_first = icmp eq i32 %lane, 0
  br i1 %is_first, label %write, label %meet

write:
  %to = getelementptr float, ptr addrspace(3) @partial, i32 %warp
  store float %mine, ptr addrspace(3) %to, align 4
  br label %meet

meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %needed = icmp ult i32 %lane, 4
  br i1 %needed, label %read, label %combine

read:
  %from = getelementptr float, ptr addrspace(3) @partial, i32 %lane
  %part = load float, ptr addrspace(3) %from, align 4
  br label %combine

combine:
  %value = phi float [ 0.0, %meet ], [ %part, %read ]
  %total = call float @warp_sum(float %value)
  %is_one = icmp eq i32 %tid, 0
  br i1 %is_one, label %store, label %end

store:
  %result = getelementptr float, ptr addrspace(1) %y, i32 %block
  store float %total, ptr addrspace(1) %result, align 4
  br label %end

end:
  ret void
}
