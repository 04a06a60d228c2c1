; DEFINE: %{kernel} = even
; DEFINE: %{run} = seednorm-emulate %s --kernel=%{kernel} --block=64

; RUN: %{run} | FileCheck %s --check-prefix=EVEN
; EVEN: block barriers: 10
; EVEN: warp barriers: 20
define ptx_kernel void @even() {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, 10
  br i1 %done, label %end, label %loop

end:
  ret void
}

; REDEFINE: %{kernel} = branches
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=BRANCHES
; BRANCHES: error: kernel 'branches', block (0, 0, 0): divergent barrier: {{.*}} at 'call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)'; {{.*}} at 'call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)'
define ptx_kernel void @branches() {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %low = icmp ult i32 %tid, 32
  br i1 %low, label %then, label %else

then:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end

else:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end

end:
  ret void
}

; REDEFINE: %{kernel} = early_exit
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=EXIT
; EXIT: error: {{.*}}: divergent barrier: lanes 0-59 wait at 'call void @llvm.nvvm.barrier{{.*}}'; lanes 60-63 have exited
define ptx_kernel void @early_exit() {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %low = icmp ult i32 %tid, 60
  br i1 %low, label %then, label %end

then:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end

end:
  ret void
}

; REDEFINE: %{kernel} = crossed
; RUN: not %{run} 2>&1 | FileCheck %s --check-prefix=DEADLOCK
; DEADLOCK: error: {{.*}}: deadlock: lanes 0-15, 32-63 wait at 'call void @llvm.nvvm.barrier{{.*}}'; lanes 16-31 wait at 'call void @llvm.nvvm.bar.warp.sync(i32 -1)' with mask 0xffffffff
define ptx_kernel void @crossed() {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %shifted = sub i32 %tid, 16
  %middle = icmp ult i32 %shifted, 16
  br i1 %middle, label %then, label %else

then:
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  br label %else

else:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
}

; Lanes that have exited are not waited for: as on a GPU, a full mask means all
; that are left.
; REDEFINE: %{kernel} = remaining
; RUN: %{run} | FileCheck %s --check-prefix=REMAINING
; REMAINING: warp barriers: 2
define ptx_kernel void @remaining() {
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %low = icmp ult i32 %lane, 7
  br i1 %low, label %then, label %end

then:
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  br label %end

end:
  ret void
}
