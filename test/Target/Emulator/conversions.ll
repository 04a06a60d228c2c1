; RUN: seednorm-emulate %s --kernel=round --block=8 --buffer=y:i32:8:rw --print=y \
; RUN:   | FileCheck %s --check-prefix=ROUND
; RUN: seednorm-emulate %s --kernel=vectors --block=1 --buffer=x:f32:4:iota \
; RUN:     --buffer=y:bf16:4:rw --buffer=z:f16:4:rw --buffer=s:bf16:2:rw --print=y,z,s \
; RUN:   | FileCheck %s --check-prefix=VECTORS

; bf16 bits of f32 patterns: a tie to even below and above, just over a tie, a
; carry to infinity, a subnormal number, a NaN whose upper half would become
; infinity, a negative number, one that needs no rounding.
; ROUND: y: 16256 16258 16257 32640 1 32704 49024 16320
@patterns = internal unnamed_addr addrspace(4) constant [8 x i32] [
  i32 1065385984, i32 1065451520, i32 1065385985, i32 2139095039,
  i32 65537, i32 2139095041, i32 3212836864, i32 1069547520]

define ptx_kernel void @round(ptr %y) {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %p = getelementptr i32, ptr addrspace(4) @patterns, i32 %lane
  %bits = load i32, ptr addrspace(4) %p, align 4
  %wide = bitcast i32 %bits to float
  %narrow = fptrunc float %wide to bfloat
  %half = bitcast bfloat %narrow to i16
  %result = zext i16 %half to i32
  %q = getelementptr i32, ptr %y, i32 %lane
  store i32 %result, ptr %q, align 4
  ret void
}

; 1 + 2^-8 + 2^-40 rounds up, but by way of f32 it would be a tie.
; VECTORS: y: 0 1.5 3 4.5
; VECTORS: z: 1 2 3 4
; VECTORS: s: 4 1.0078125
define ptx_kernel void @vectors(ptr %x, ptr %y, ptr %z, ptr %s) {
  %v = load <4 x float>, ptr %x, align 16
  %narrow = fptrunc <4 x float> %v to <4 x bfloat>
  %back = fpext <4 x bfloat> %narrow to <4 x float>
  %scaled = fmul <4 x float> %back, splat (float 1.5)
  %result = fptrunc <4 x float> %scaled to <4 x bfloat>
  store <4 x bfloat> %result, ptr %y, align 8
  %half = fptrunc <4 x float> %v to <4 x half>
  %next = fadd <4 x half> %half, splat (half 1.0)
  store <4 x half> %next, ptr %z, align 8
  %third = extractelement <4 x bfloat> %narrow, i32 3
  %sum = fadd bfloat %third, 1.0
  store bfloat %sum, ptr %s, align 2
  %bits = load volatile i64, ptr addrspace(4) @tie, align 8
  %precise = bitcast i64 %bits to double
  %rounded = fptrunc double %precise to bfloat
  %second = getelementptr bfloat, ptr %s, i32 1
  store bfloat %rounded, ptr %second, align 2
  ret void
}

@tie = internal addrspace(4) constant double 0x3FF0100000001000
