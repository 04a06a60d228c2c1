; RUN: seednorm-emulate %s --kernel=copy --block=4 --buffer=x:f8E4M3FN:4:iota \
; RUN:     --buffer=y:f8E4M3FN:4:rw --print=y | FileCheck %s --check-prefix=SAME
; RUN: seednorm-emulate %s --kernel=copy --block=4 --buffer=x:f8E4M3FN:4:iota \
; RUN:     --buffer=y:f8E5M2:4:rw --print=y | FileCheck %s --check-prefix=OTHER
; RUN: seednorm-emulate %s --kernel=copy --block=4 --buffer=x:i8:4:iota \
; RUN:     --buffer=y:i8:4:rw --print=y | FileCheck %s --check-prefix=SAME

; A lane copies a byte, whatever it stands for.
; SAME: 'x': 4 bytes read in 1 requests
; SAME: y: 0 1 2 3

; The codes of 0 to 3 in f8E4M3FN (0, 0x38, 0x40, 0x44) read as f8E5M2.
; OTHER: y: 0 0.5 2 4
define ptx_kernel void @copy(ptr addrspace(1) noalias readonly %x,
                             ptr addrspace(1) noalias %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %from = getelementptr i8, ptr addrspace(1) %x, i32 %tid
  %to = getelementptr i8, ptr addrspace(1) %y, i32 %tid
  %value = load i8, ptr addrspace(1) %from
  store i8 %value, ptr addrspace(1) %to
  ret void
}

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
