// The distribution's mlir-opt, which knows nothing of us, has our dialects and
// passes from the plugin: from linalg to kernels, PTX and the CPU's code.

// RUN: mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-rows)' | FileCheck %s --check-prefix=ROWS
// RUN: mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-gpu{arch=sm_90a})' | FileCheck %s --check-prefix=GPU
// RUN: mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-gpu{arch=sm_90a},gpu-module-to-binary{format=isa})' | FileCheck %s --check-prefix=PTX
// RUN: mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-cpu)' | FileCheck %s --check-prefix=CPU

// The passes one by one, and those of MLIR in between.
// RUN: mlir-opt %s %load --pass-pipeline='builtin.module(convert-linalg-to-row,canonicalize,cse,row-fuse,row-simplify)' | FileCheck %s --check-prefix=ROWS

// Without dialects there is nothing to parse ours; passes bring what they make.
// RUN: mlir-opt %s --load-pass-plugin=%plugin --pass-pipeline='builtin.module(seednorm-to-rows)' | FileCheck %s --check-prefix=ROWS
// RUN: not mlir-opt %S/../Pipelines/to-gpu.mlir --load-pass-plugin=%plugin 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: mlir-opt %S/../Pipelines/to-gpu.mlir --load-dialect-plugin=%plugin | FileCheck %s --check-prefix=PARSED

// Errors are ours, and no abort.
// RUN: not mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-gpu{arch=sm_12})' 2>&1 | FileCheck %s --check-prefix=ARCH
// RUN: not mlir-opt %s %load --pass-pipeline='builtin.module(seednorm-to-gpu{arch=sm_90a schedule="warps = 2"})' 2>&1 | FileCheck %s --check-prefix=SCHEDULE

// A second copy in a process changes nothing.
// RUN: seednorm-opt %s --load-pass-plugin=%plugin --load-dialect-plugin=%plugin --pass-pipeline='builtin.module(seednorm-to-rows)' | FileCheck %s --check-prefix=ROWS

// ROWS-COUNT-1: row.program
// ROWS-NOT: linalg.generic
// GPU: gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_90a"
// GPU: nvvm.kernel
// PTX: gpu.binary @kernels
// PTX-SAME: .visible .entry main_rows0
// CPU: llvm.func @main
// CPU: llvm.call @seednorm_parallel_for
// UNKNOWN: error: Dialect `norm' not found for custom op 'norm.
// PARSED: norm.
// ARCH: seednorm-to-gpu expects an architecture among sm_80, {{.*}}, but got 'sm_12'
// SCHEDULE: which expects one of threads_per_row, {{.*}}, but got 'warps'

func.func @main(%x: tensor<?x1024xf32>) -> tensor<?x1024xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %columns = arith.constant 1024.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x1024xf32>
  %rows = tensor.empty(%n) : tensor<?x1024xf32>
  %numbers = tensor.empty(%n) : tensor<?xf32>
  %start = linalg.fill ins(%zero : f32) outs(%numbers : tensor<?xf32>)
      -> tensor<?xf32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(n, d) -> (n, d)>, affine_map<(n, d) -> (n)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x1024xf32>) outs(%start : tensor<?xf32>) {
  ^bb0(%element: f32, %so_far: f32):
    %square = arith.mulf %element, %element : f32
    %more = arith.addf %so_far, %square : f32
    linalg.yield %more : f32
  } -> tensor<?xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(n, d) -> (n, d)>, affine_map<(n, d) -> (n)>,
                       affine_map<(n, d) -> (n, d)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x1024xf32>, tensor<?xf32>)
      outs(%rows : tensor<?x1024xf32>) {
  ^bb0(%element: f32, %total: f32, %out: f32):
    %mean = arith.divf %total, %columns : f32
    %scale = math.rsqrt %mean : f32
    %normal = arith.mulf %element, %scale : f32
    linalg.yield %normal : f32
  } -> tensor<?x1024xf32>
  return %y : tensor<?x1024xf32>
}
