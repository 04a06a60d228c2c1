; RUN: seednorm-emulate %s --kernel=modes --block=32 \
; RUN:     --buffer=y:i32:32:rw --buffer=z:i32:32:rw --buffer=u:i32:32:rw \
; RUN:     --buffer=w:i32:32:rw --buffer=p:i32:32:rw --print=y,z,u,w,p | FileCheck %s
; RUN: not seednorm-emulate %s --kernel=short_mask --block=32 --buffer=y:i32:32:rw 2>&1 \
; RUN:   | FileCheck %s --check-prefix=SHORT
; RUN: not seednorm-emulate %s --kernel=outsider --block=32 --buffer=y:i32:32:rw 2>&1 \
; RUN:   | FileCheck %s --check-prefix=OUTSIDER
; RUN: not seednorm-emulate %s --kernel=short_mask --block=8 --buffer=y:i32:32:rw 2>&1 \
; RUN:   | FileCheck %s --check-prefix=PARTIAL

; CHECK: shuffles: 4

; Segments of 8 lanes (bits 8 to 12 of the last operand): a lane whose source
; lies outside its own keeps its value, and the predicate says so.
; CHECK: y: 0 1 0 1 2 3 4 5 8 9 8 9 10 11 12 13 16 17 16 17 18 19 20 21 24 25 24 25 26 27 28 29
; CHECK: z: 3 4 5 6 7 5 6 7 11 12 13 14 15 13 14 15 19 20 21 22 23 21 22 23 27 28 29 30 31 29 30 31
; CHECK: u: 5 4 7 6 1 0 3 2 13 12 15 14 9 8 11 10 21 20 23 22 17 16 19 18 29 28 31 30 25 24 27 26
; CHECK: w: 2 2 2 2 2 2 2 2 10 10 10 10 10 10 10 10 18 18 18 18 18 18 18 18 26 26 26 26 26 26 26 26
; CHECK: p: 0 0 1 1 1 1 1 1 0 0 1 1 1 1 1 1
define ptx_kernel void @modes(ptr %y, ptr %z, ptr %u, ptr %w, ptr %p) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %up = call { i32, i1 } @llvm.nvvm.shfl.sync.up.i32p(i32 -1, i32 %lane, i32 2, i32 6144)
  %up_value = extractvalue { i32, i1 } %up, 0
  %up_inside = extractvalue { i32, i1 } %up, 1
  %inside = zext i1 %up_inside to i32
  %down = call i32 @llvm.nvvm.shfl.sync.down.i32(i32 -1, i32 %lane, i32 3, i32 6175)
  %bfly = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %lane, i32 5, i32 6175)
  %idx = call i32 @llvm.nvvm.shfl.sync.idx.i32(i32 -1, i32 %lane, i32 2, i32 6175)
  %to_y = getelementptr i32, ptr %y, i32 %lane
  store i32 %up_value, ptr %to_y, align 4
  %to_z = getelementptr i32, ptr %z, i32 %lane
  store i32 %down, ptr %to_z, align 4
  %to_u = getelementptr i32, ptr %u, i32 %lane
  store i32 %bfly, ptr %to_u, align 4
  %to_w = getelementptr i32, ptr %w, i32 %lane
  store i32 %idx, ptr %to_w, align 4
  %to_p = getelementptr i32, ptr %p, i32 %lane
  store i32 %inside, ptr %to_p, align 4
  ret void
}

; The lower 16 lanes shuffle among themselves, but read from the upper 16. In a
; block of 8 lanes, these do not even exist.
; SHORT: error: kernel 'short_mask', block (0, 0, 0), lane 0: reads from lane 16, which takes no part in the shuffle, in '%v = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 65535, i32 %lane, i32 16, i32 31)'
; PARTIAL: error: {{.*}} lane 0: reads from lane 16, which takes no part
define ptx_kernel void @short_mask(ptr %y) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %low = icmp ult i32 %lane, 16
  br i1 %low, label %then, label %end

then:
  %v = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 65535, i32 %lane, i32 16, i32 31)
  %to = getelementptr i32, ptr %y, i32 %lane
  store i32 %v, ptr %to, align 4
  br label %end

end:
  ret void
}

; OUTSIDER: error: {{.*}} lane {{(1[6-9]|2[0-9]|3[01])}}: the lane is not in the mask 0xffff it waits with
define ptx_kernel void @outsider(ptr %y) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %v = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 65535, i32 %lane, i32 1, i32 31)
  %to = getelementptr i32, ptr %y, i32 %lane
  store i32 %v, ptr %to, align 4
  ret void
}
