; The wavefronts of a warp's request: 32 banks of 4 bytes, each of which gives
; one word at a time, to any number of lanes.

; DEFINE: %{kernel} = words
; DEFINE: %{stride} = 1
; DEFINE: %{run} = seednorm-emulate %s --kernel=%{kernel} --block=32 --i32=%{stride}

@tile = internal addrspace(3) global [4096 x i32] undef, align 16

; RUN: %{run} | FileCheck %s --check-prefix=UNIT
; UNIT: shared reads: 1 requests, 1 wavefronts, 0 of them for bank conflicts
; UNIT: shared writes: 1 requests, 1 wavefronts, 0 of them for bank conflicts
; REDEFINE: %{stride} = 2
; RUN: %{run} | FileCheck %s --check-prefix=TWO
; TWO: shared reads: 1 requests, 2 wavefronts, 1 of them for bank conflicts
; REDEFINE: %{stride} = 33
; RUN: %{run} | FileCheck %s --check-prefix=UNIT
; REDEFINE: %{stride} = 32
; RUN: %{run} | FileCheck %s --check-prefix=ALL
; ALL: shared reads: 1 requests, 32 wavefronts, 31 of them for bank conflicts
; ALL: shared writes: 1 requests, 32 wavefronts, 31 of them for bank conflicts
define ptx_kernel void @words(i32 %stride) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %index = mul i32 %lane, %stride
  %p = getelementptr i32, ptr addrspace(3) @tile, i32 %index
  store i32 0, ptr addrspace(3) %p, align 4
  %v = load i32, ptr addrspace(3) %p, align 4
  ret void
}

; All lanes read one word: a broadcast. Bytes of a word are of one bank.
; REDEFINE: %{kernel} = broadcast
; REDEFINE: %{stride} = 0
; RUN: %{run} | FileCheck %s --check-prefix=BROADCAST
; BROADCAST: shared reads: 2 requests, 2 wavefronts, 0 of them for bank conflicts
; BROADCAST: shared writes: 1 requests, 1 wavefronts, 0 of them for bank conflicts
define ptx_kernel void @broadcast(i32 %stride) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %p = getelementptr i8, ptr addrspace(3) @tile, i32 %lane
  store i8 0, ptr addrspace(3) %p, align 1
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  %v = load i32, ptr addrspace(3) @tile, align 4
  %w = load i8, ptr addrspace(3) %p, align 1
  ret void
}

; 16 bytes a lane: a quarter of a warp at a time, so that four wavefronts are
; the least. With 32 bytes between lanes each takes two.
; REDEFINE: %{kernel} = wide
; REDEFINE: %{stride} = 4
; RUN: %{run} | FileCheck %s --check-prefix=WIDE
; WIDE: shared reads: 1 requests, 4 wavefronts, 0 of them for bank conflicts
; REDEFINE: %{stride} = 8
; RUN: %{run} | FileCheck %s --check-prefix=APART
; APART: shared reads: 1 requests, 8 wavefronts, 4 of them for bank conflicts
; Less aligned, the same access is four of 4 bytes: with 16 bytes between lanes
; each of these takes four.
; RUN: sed 's/align 16 ; wide/align 4/' %s > %t.narrow
; RUN: seednorm-emulate %t.narrow --kernel=wide --block=32 --i32=4 \
; RUN:   | FileCheck %s --check-prefix=NARROW
; NARROW: shared reads: 1 requests, 16 wavefronts, 12 of them for bank conflicts
define ptx_kernel void @wide(i32 %stride) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %index = mul i32 %lane, %stride
  %p = getelementptr i32, ptr addrspace(3) @tile, i32 %index
  store <4 x i32> zeroinitializer, ptr addrspace(3) %p, align 16
  %v = load <4 x i32>, ptr addrspace(3) %p, align 16 ; wide
  ret void
}
