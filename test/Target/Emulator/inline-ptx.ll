; Inline assembly with a line in the table; hints to caches change nothing.

; DEFINE: %{kernel} = words
; DEFINE: %{file} = %s
; DEFINE: %{run} = seednorm-emulate %{file} --kernel=%{kernel} --block=4 \
; DEFINE:     --buffer=x:i32:16:iota --buffer=y:i32:16:rw --print=y

; RUN: %{run} | FileCheck %s --check-prefix=WORDS
; WORDS: 'x': 64 bytes read in 1 requests, 2 sectors;
; WORDS: 'y': {{.*}} 64 bytes written in 1 requests, 2 sectors
; WORDS: y: 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12

; What is read and written is checked like a load or store.
; RUN: sed 's/4 ; stride/5/' %s > %t.far
; REDEFINE: %{file} = %t.far
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=FAR
; FAR: error: {{.*}} misaligned read of 16 bytes at offset {{20|40|60}} of 'x', {{.*}}, in '%v = call { i32, i32, i32, i32 } asm sideeffect "ld.global.nc.L1::no_allocate.L2::256B.v4.b32
; RUN: sed 's/4 ; stride/8/' %s > %t.beyond
; REDEFINE: %{file} = %t.beyond
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BEYOND
; BEYOND: error: {{.*}} out-of-bounds read of 16 bytes at offset {{64|96}} of 'x'
; REDEFINE: %{file} = %s
define ptx_kernel void @words(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = mul i32 %tid, 4
  %stride = mul i32 %tid, 4 ; stride
  %from = getelementptr i32, ptr addrspace(1) %x, i32 %stride
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %first
  %v = call { i32, i32, i32, i32 } asm sideeffect "ld.global.nc.L1::no_allocate.L2::256B.v4.b32 {$0, $1, $2, $3}, [$4];", "=r,=r,=r,=r,l"(ptr addrspace(1) %from)
  %a = extractvalue { i32, i32, i32, i32 } %v, 0
  %b = extractvalue { i32, i32, i32, i32 } %v, 1
  %c = extractvalue { i32, i32, i32, i32 } %v, 2
  %d = extractvalue { i32, i32, i32, i32 } %v, 3
  call void asm sideeffect "st.global.cs.v4.b32 [$0], {$1, $2, $3, $4};", "l,r,r,r,r"(ptr addrspace(1) %to, i32 %d, i32 %c, i32 %b, i32 %a)
  ret void
}

; REDEFINE: %{kernel} = hinted
; RUN: %{run} | FileCheck %s --check-prefix=HINTED
; HINTED: 'x': 16 bytes read in 3 requests, 3 sectors;
; HINTED: y: 0 0 1 2 3 0
define ptx_kernel void @hinted(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %tid, 0
  br i1 %first, label %then, label %end

then:
  %x2 = getelementptr i32, ptr addrspace(1) %x, i32 2
  %y1 = getelementptr i32, ptr addrspace(1) %y, i32 1
  %y2 = getelementptr i32, ptr addrspace(1) %y, i32 2
  %address = ptrtoint ptr addrspace(1) %x to i64
  %policy = call i64 asm sideeffect "createpolicy.fractional.L2::evict_first.b64 $0, 1.0;", "=l"()
  %a = call i32 asm sideeffect "ld.global.nc.L1::evict_last.b32 $0, [$1];", "=r,l"(i64 %address)
  %unused = call i32 asm sideeffect "ld.global.L1::no_allocate.b32 $0, [$1];", "=r,l"(ptr addrspace(1) %x)
  %v = call { i32, i32 } asm sideeffect "ld.global.nc.L1::no_allocate.L2::cache_hint.v2.b32 {$0, $1}, [$2], $3;", "=r,=r,l,l"(ptr addrspace(1) %x2, i64 %policy)
  %b = extractvalue { i32, i32 } %v, 0
  %c = extractvalue { i32, i32 } %v, 1
  call void asm sideeffect "st.global.L1::no_allocate.b32 [$0], $1;", "l,r"(ptr addrspace(1) %y1, i32 %a)
  %y3 = getelementptr i32, ptr addrspace(1) %y, i32 3
  store i32 1, ptr addrspace(1) %y2, align 4
  store i32 %b, ptr addrspace(1) %y3, align 4
  %y4 = getelementptr i32, ptr addrspace(1) %y, i32 4
  store i32 %c, ptr addrspace(1) %y4, align 4
  br label %end

end:
  ret void
}

; REDEFINE: %{kernel} = tanh
; RUN: seednorm-emulate %s --kernel=tanh --block=3 --buffer=x:f32:3:iota \
; RUN:     --buffer=y:f32:3:rw --print=y | FileCheck %s --check-prefix=TANH
; TANH: y: 0 0.761222303 0.963556886
define ptx_kernel void @tanh(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %from = getelementptr float, ptr addrspace(1) %x, i32 %tid
  %to = getelementptr float, ptr addrspace(1) %y, i32 %tid
  %v = load float, ptr addrspace(1) %from, align 4
  %t = call float asm sideeffect "tanh.approx.f32 $0, $1;", "=f,f"(float %v)
  store float %t, ptr addrspace(1) %to, align 4
  ret void
}

; The template and the constraints match to the letter, the types by what the
; letters allow; one message names all that do not.
; RUN: sed -e 's/st.global.cs.v4/st.global.wt.v4/' -e 's/"=f,f"/"=f,f,~{memory}"/' \
; RUN:     -e 's/call i32 asm sideeffect "ld.global.L1/call i64 asm sideeffect "ld.global.L1/' %s \
; RUN:   | not seednorm-emulate - --kernel=words 2>&1 | FileCheck %s --check-prefix=UNKNOWN
; UNKNOWN: error: the emulator does not support inline assembly 'st.global.wt.v4.b32 [$0], {$1, $2, $3, $4};' with constraints 'l,r,r,r,r', inline assembly 'ld.global.L1::no_allocate.b32 $0, [$1];' with constraints '=r,l', inline assembly 'tanh.approx.f32 $0, $1;' with constraints '=f,f,~{memory}'{{$}}
