; DEFINE: %{run} = seednorm-emulate %s --block=64 --seed=5

; Every kind of memory, by pointers that do not tell which one they are of.
; RUN: %{run} --kernel=generic --buffer=y:i32:64:rw --i32=3 --print=y | FileCheck %s --check-prefix=GENERIC
; GENERIC: shared: 256 bytes read, 256 bytes written
; GENERIC: 'y': 0 bytes read in 0 requests, 0 sectors; 256 bytes written in 2 requests, 8 sectors
; Lanes of a warp read the same 4 bytes: they move once a request.
; GENERIC: 'table': 8 bytes read in 2 requests, 2 sectors
; GENERIC: y: 76 75 74 {{.*}} 13

@slots = internal addrspace(3) global [64 x i32] undef, align 4
@table = internal constant [1 x i32] [i32 10]

define internal void @put(ptr %p, i32 %v) noinline {
  store i32 %v, ptr %p, align 4
  ret void
}

define internal i32 @get(ptr %p) noinline {
  %v = load i32, ptr %p, align 4
  ret i32 %v
}

define ptx_kernel void @generic(ptr %y, ptr byval(i32) align 4 %increment) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %local = alloca i32, align 4
  call void @put(ptr %local, i32 %tid)
  %mine = call i32 @get(ptr %local)
  %ten = call i32 @get(ptr @table)
  %three = call i32 @get(ptr %increment)
  %first = add i32 %ten, %three
  %value = add i32 %first, %mine
  %slot = getelementptr i32, ptr addrspace(3) @slots, i32 %tid
  %shared = addrspacecast ptr addrspace(3) %slot to ptr
  call void @put(ptr %shared, i32 %value)
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %mirrored = sub i32 63, %tid
  %other = getelementptr i32, ptr addrspacecast (ptr addrspace(3) @slots to ptr), i32 %mirrored
  %read = call i32 @get(ptr %other)
  %to = getelementptr i32, ptr %y, i32 %tid
  call void @put(ptr %to, i32 %read)
  ret void
}

; Without its `external`, dynamic shared memory has no bytes.
; RUN: %{run} --kernel=dynamic --buffer=y:i32:1:rw --shared=256 --print=y | FileCheck %s --check-prefix=DYNAMIC
; RUN: not %{run} --kernel=dynamic --buffer=y:i32:1:rw --shared=252 2>&1 | FileCheck %s --check-prefix=TOO-SMALL
; RUN: sed 's/@window = external/@window = internal/; s/\[0 x i32\], align 16/[0 x i32] undef, align 16/' %s \
; RUN:   | not seednorm-emulate - --block=64 --kernel=dynamic --buffer=y:i32:1:rw --shared=256 2>&1 \
; RUN:   | FileCheck %s --check-prefix=INTERNAL
; DYNAMIC: y: 64
; TOO-SMALL: error: {{.*}} lane 63: out-of-bounds shared write of 4 bytes at offset 252 of 'dynamic shared memory', which has 252 bytes
; INTERNAL: error: {{.*}}: out-of-bounds shared write of 4 bytes at offset {{[0-9]+}} of 'window', which has 0 bytes
@window = external addrspace(3) global [0 x i32], align 16

define ptx_kernel void @dynamic(ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %slot = getelementptr i32, ptr addrspace(3) @window, i32 %tid
  store i32 1, ptr addrspace(3) %slot, align 4
  %v = load i32, ptr addrspace(3) %slot, align 4
  %old = atomicrmw add ptr addrspace(1) %y, i32 %v syncscope("device") monotonic, align 4
  ret void
}

; A memory intrinsic is checked from end to end.
; RUN: %{run} --kernel=copy --buffer=x:i32:64:iota --buffer=y:i32:64:rw --i64=16 --print=y | FileCheck %s --check-prefix=COPY
; RUN: not %{run} --kernel=copy --buffer=x:i32:64:iota --buffer=y:i32:64:rw --i64=257 2>&1 | FileCheck %s --check-prefix=COPY-ERROR
; COPY: y: 0 1 2 3 0 0
; COPY-ERROR: error: {{.*}}: out-of-bounds write of 257 bytes at offset 0 of 'y', which has 256 bytes, in 'call void @llvm.memcpy.p1.p1.i64(
define ptx_kernel void @copy(ptr addrspace(1) %x, ptr addrspace(1) %y, i64 %bytes) {
  call void @llvm.memcpy.p1.p1.i64(ptr addrspace(1) align 4 %y, ptr addrspace(1) align 4 %x, i64 %bytes, i1 false)
  ret void
}
