; DEFINE: %{kernel} = offset
; DEFINE: %{offset} = 0
; DEFINE: %{words} = rw
; DEFINE: %{run} = seednorm-emulate %s --kernel=%{kernel} --block=1 \
; DEFINE:     --buffer=x:f32:8:%{words} --i64=%{offset}

; RUN: %{run} | FileCheck %s --check-prefix=INSIDE
; INSIDE: 'x': 16 bytes read in 1 requests, 1 sectors; 16 bytes written in 1 requests, 1 sectors

; REDEFINE: %{offset} = 20
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=MISALIGNED
; MISALIGNED: error: kernel 'offset', block (0, 0, 0), lane 0: misaligned read of 16 bytes at offset 20 of 'x', which has 32 bytes: the address is 4 past a multiple of 16, in '%v = load <4 x float>, ptr addrspace(1) %p, align 16'

; REDEFINE: %{offset} = 32
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BEYOND
; BEYOND: error: {{.*}}: out-of-bounds read of 16 bytes at offset 32 of 'x', which has 32 bytes, in '%v = load

; REDEFINE: %{offset} = -16
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BEFORE
; BEFORE: error: {{.*}}: out-of-bounds read of 16 bytes at offset -16 of 'x'

; REDEFINE: %{offset} = 0
; REDEFINE: %{words} = zero
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=READ-ONLY
; READ-ONLY: error: {{.*}}: write of 16 bytes to read-only 'x' at offset 0, in 'store <4 x float> %v, ptr addrspace(1) %p, align 16'
define ptx_kernel void @offset(ptr addrspace(1) %x, i64 %bytes) {
  %p = getelementptr i8, ptr addrspace(1) %x, i64 %bytes
  %v = load <4 x float>, ptr addrspace(1) %p, align 16
  store <4 x float> %v, ptr addrspace(1) %p, align 16
  ret void
}

; The end of one variable is not the start of the next.
; REDEFINE: %{kernel} = neighbour
; REDEFINE: %{offset} = 16
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=NEIGHBOUR
; NEIGHBOUR: error: {{.*}}: out-of-bounds shared write of 4 bytes at offset 16 of 'first', which has 16 bytes, in 'store float

; A variable aligned to 4 is not aligned to 16, wherever it happens to lie.
; REDEFINE: %{kernel} = claim
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=CLAIM
; CLAIM: error: {{.*}}: misaligned write of 16 bytes at offset 0 of 'first', which has 16 bytes

@first = internal addrspace(3) global [4 x float] undef, align 4
@second = internal addrspace(3) global [4 x float] undef, align 4

define ptx_kernel void @neighbour(ptr addrspace(1) %x, i64 %bytes) {
  %p = getelementptr i8, ptr addrspace(3) @first, i64 %bytes
  store float 1.0, ptr addrspace(3) %p, align 4
  store float 1.0, ptr addrspace(3) @second, align 4
  ret void
}

define ptx_kernel void @claim(ptr addrspace(1) %x, i64 %bytes) {
  store <4 x float> zeroinitializer, ptr addrspace(3) @first, align 16
  ret void
}

; A pointer to global memory cannot point to shared memory.
; REDEFINE: %{kernel} = wrong_space
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=SPACE
; SPACE: error: {{.*}}: out-of-bounds write of 4 bytes
define ptx_kernel void @wrong_space(ptr addrspace(1) %x, i64 %bytes) {
  %address = ptrtoint ptr addrspace(3) @first to i64
  %p = inttoptr i64 %address to ptr addrspace(1)
  store float 1.0, ptr addrspace(1) %p, align 4
  ret void
}
