; DEFINE: %{kernel} = scale
; DEFINE: %{sizes} = --block=64
; DEFINE: %{run} = not seednorm-emulate %s --kernel=%{kernel} %{sizes}

; RUN: %{run} --buffer=x:f32:64:rw 2>&1 | FileCheck %s --check-prefix=ARGUMENTS
; ARGUMENTS: error: kernel 'scale' expects 2 arguments, but got 1

; RUN: %{run} --buffer=x:f32:99999999999999:rw 2>&1 | FileCheck %s --check-prefix=MEMORY
; MEMORY: error: expects buffer 'x' to have at most 4 GiB, but got 99999999999999 elements

; REDEFINE: %{kernel} = scael
; RUN: %{run} 2>&1 | FileCheck %s --check-prefix=NAME
; NAME: error: unknown kernel 'scael'; the module has 'scale', 'fixed', 'huge'

; REDEFINE: %{kernel} = scale
; REDEFINE: %{sizes} = --block=64,3
; RUN: %{run} --buffer=x:f32:64:rw --f32=2 2>&1 | FileCheck %s --check-prefix=LIMIT
; LIMIT: error: kernel 'scale' expects blocks of 1 to 128 lanes, but got 64x3x1

; REDEFINE: %{sizes} = --block=64,0
; RUN: %{run} --buffer=x:f32:64:rw --f32=2 2>&1 | FileCheck %s --check-prefix=NONE
; NONE: error: kernel 'scale' expects blocks of 1 to 128 lanes, but got 64x0x1

; REDEFINE: %{sizes} = --block=64 --grid=1,65536
; RUN: %{run} --buffer=x:f32:64:rw --f32=2 2>&1 | FileCheck %s --check-prefix=GRID
; GRID: error: kernel 'scale' expects at most 65535 blocks in dimension 1, but got 65536

; REDEFINE: %{kernel} = fixed
; REDEFINE: %{sizes} = --block=64
; RUN: %{run} 2>&1 | FileCheck %s --check-prefix=FIXED
; FIXED: error: kernel 'fixed' expects blocks of 32x2x1 lanes, but got 64x1x1

; REDEFINE: %{kernel} = huge
; REDEFINE: %{sizes} = --block=1 --shared=232448
; RUN: %{run} 2>&1 | FileCheck %s --check-prefix=SHARED
; SHARED: error: kernel 'huge' expects at most 232448 bytes of shared memory, but got 232464

@static = internal addrspace(3) global [4 x float] undef, align 4

define ptx_kernel void @scale(ptr %x, float %factor) #0 {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %p = getelementptr float, ptr %x, i32 %tid
  %v = load float, ptr %p, align 4
  %scaled = fmul float %v, %factor
  store float %scaled, ptr %p, align 4
  ret void
}

define ptx_kernel void @fixed() #1 {
  ret void
}

define ptx_kernel void @huge() {
  store float 0.0, ptr addrspace(3) @static, align 4
  ret void
}

attributes #0 = { "nvvm.maxntid"="128,1,1" }
attributes #1 = { "nvvm.reqntid"="32,2,1" }
