// RUN: seednorm-opt %s --seednorm-to-gpu=arch=sm_80 | FileCheck %s
// RUN: not seednorm-opt %s --seednorm-to-gpu=arch=sm_91 2>&1 | FileCheck %s --check-prefix=ARCH

// ARCH: seednorm-to-gpu expects an architecture among sm_80, {{.*}}, but got 'sm_91'

// One kernel in the NVVM dialect, with plain pointers and no library call; the
// result is written where the caller wants it, without a copy.

// CHECK:       gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_80"
// CHECK:       llvm.func @main_rows0(%{{.*}}: !llvm.ptr
// CHECK-SAME:  attributes {gpu.kernel
// CHECK:       nvvm.shfl.sync
// CHECK:       nvvm.barrier
// CHECK-NOT:   __nv_
// CHECK-NOT:   unrealized_conversion_cast
// CHECK-LABEL: func.func @main
// CHECK-SAME:  memref<?x4096xbf16> {seednorm.result = 0
// CHECK-NOT:   memref.copy
// CHECK-NOT:   memref.alloc
// CHECK:       gpu.launch_func @kernels::@main_rows0
func.func @main(%x: tensor<?x4096xbf16>, %a: tensor<4096xf32>, %b: tensor<4096xf32>, %g: tensor<4096xf32>) -> tensor<?x4096xbf16> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 heads 4 activation sigmoid : tensor<?x4096xbf16>, tensor<4096xf32>
  return %y : tensor<?x4096xbf16>
}
