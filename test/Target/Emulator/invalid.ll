; Modules that are not valid, or no modules, are one error; nothing aborts.

; RUN: not seednorm-emulate %s --kernel=bad 2>&1 | FileCheck %s --check-prefix=BAD
; BAD: error: expects valid LLVM IR, but the verifier says: Instruction does not dominate all uses! %b = add i32 %i, 1
; BAD-NOT: {{.}}

; With debug information, on which LLVM's reader would abort.
; RUN: cp %s %t.debug.ll
; RUN: echo '!llvm.module.flags = !{!0}' >> %t.debug.ll
; RUN: echo '!0 = !{i32 2, !"Debug Info Version", i32 3}' >> %t.debug.ll
; RUN: not seednorm-emulate %t.debug.ll --kernel=bad 2>&1 | FileCheck %s --check-prefix=BAD

; RUN: echo 'define void @f(' > %t.text
; RUN: not seednorm-emulate %t.text --kernel=f 2>&1 | FileCheck %s --check-prefix=TEXT
; TEXT: {{.*}}:2:1: error: expected type
; RUN: not seednorm-emulate %t.absent --kernel=f 2>&1 | FileCheck %s --check-prefix=ABSENT
; ABSENT: error: cannot read '{{.*}}.absent': No such file or directory

define ptx_kernel void @bad(ptr addrspace(1) %x, i32 %i) {
  %a = add i32 %b, 1
  %b = add i32 %i, 1
  store i32 %a, ptr addrspace(1) %x, align 4
  ret void
}
