; RUN: seednorm-emulate %s --kernel=copy --grid=2 --block=128 \
; RUN:     --buffer=x:f32:1024:iota --buffer=y:f32:1024:rw --i32=256 --print=y \
; RUN:   | FileCheck %s --check-prefix=COPY
; RUN: seednorm-emulate %s --kernel=copy --grid=2 --block=128 \
; RUN:     --buffer=x:f32:1024:iota --buffer=y:f32:1024:rw --i32=200 --print=y \
; RUN:   | FileCheck %s --check-prefix=TAIL
; RUN: seednorm-emulate %s --kernel=strided --block=64 \
; RUN:     --buffer=x:f32:512:iota --buffer=y:f32:64:rw --print=y \
; RUN:   | FileCheck %s --check-prefix=STRIDED
; RUN: seednorm-emulate %s --kernel=copy --grid=0 --block=128 \
; RUN:     --buffer=x:f32:1024:iota --buffer=y:f32:1024:rw --i32=256 \
; RUN:   | FileCheck %s --check-prefix=EMPTY

; A lane copies 16 bytes, so a warp's request spans 512 bytes, 16 sectors: the
; least there can be.
; COPY:      blocks: 2
; COPY-NEXT: block barriers: 0
; COPY-NEXT: warp barriers: 0
; COPY-NEXT: cluster barriers: 0
; COPY-NEXT: shuffles: 0
; COPY-NEXT: shared: 0 bytes read, 0 bytes written
; COPY-NEXT: distributed shared: 0 bytes read, 0 bytes written
; COPY-NEXT: shared reads: 0 requests, 0 wavefronts, 0 of them for bank conflicts
; COPY-NEXT: shared writes: 0 requests, 0 wavefronts, 0 of them for bank conflicts
; COPY-NEXT: 'x': 4096 bytes read in 8 requests, 128 sectors; 0 bytes written in 0 requests, 0 sectors
; COPY-NEXT: 'y': 0 bytes read in 0 requests, 0 sectors; 4096 bytes written in 8 requests, 128 sectors
; COPY-NEXT: y: 0 1 2 3 {{.*}} 1023

; 72 lanes of the second block: two warps and a quarter.
; TAIL: 'x': 3200 bytes read in 7 requests, 100 sectors
; TAIL: y: 0 1 {{.*}} 799 0 0
define ptx_kernel void @copy(ptr addrspace(1) noalias readonly align 16 %x,
                             ptr addrspace(1) noalias align 16 %y, i32 %count) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %size = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %first = mul i32 %block, %size
  %index = add i32 %first, %tid
  %inside = icmp ult i32 %index, %count
  br i1 %inside, label %then, label %end

then:
  %from = getelementptr <4 x float>, ptr addrspace(1) %x, i32 %index
  %to = getelementptr <4 x float>, ptr addrspace(1) %y, i32 %index
  %v = load <4 x float>, ptr addrspace(1) %from, align 16, !invariant.load !0
  store <4 x float> %v, ptr addrspace(1) %to, align 16
  br label %end

end:
  ret void
}

; One element in eight: every lane of a request needs a sector of its own.
; STRIDED: 'x': 256 bytes read in 2 requests, 64 sectors;
; STRIDED: 'y': {{.*}} 256 bytes written in 2 requests, 8 sectors
; STRIDED: y: 0 8 16 {{.*}} 504
define ptx_kernel void @strided(ptr %x, ptr %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %far = mul i32 %tid, 8
  %from = getelementptr float, ptr %x, i32 %far
  %to = getelementptr float, ptr %y, i32 %tid
  %v = load float, ptr %from, align 4
  store float %v, ptr %to, align 4
  ret void
}

; EMPTY: blocks: 0
; EMPTY: 'x': 0 bytes read

!0 = !{}
