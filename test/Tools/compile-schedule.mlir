// The fields that a command line gives replace those that were chosen; what a
// field or the target's limit forbids is said by its name.

// RUN: seednorm-compile %s --target=sm_90a --emit=gpu --schedule="keep = shared, cluster = 2, threads_per_row = 128, parameters = late" | FileCheck %s
// RUN: seednorm-opt %s --seednorm-to-gpu="arch=sm_90a schedule='keep = shared, cluster = 2, threads_per_row = 128, parameters = late'" | FileCheck %s --check-prefix=PIPELINE
// RUN: not seednorm-compile %s --target=sm_90a --schedule="warps = 2" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not seednorm-compile %s --target=sm_80 --schedule="cluster = 2, threads_per_row = 128, rows_per_block = 1" 2>&1 | FileCheck %s --check-prefix=CLUSTER
// RUN: not seednorm-compile %s --target=sm_120 --schedule="cluster = 16, threads_per_row = 512" 2>&1 | FileCheck %s --check-prefix=CLUSTERS
// RUN: not seednorm-compile %s --target=emulated:sm_80 --schedule="dependent = true" 2>&1 | FileCheck %s --check-prefix=DEPENDENT
// RUN: not seednorm-compile %s --target=sm_86 --schedule="keep = shared, parameters = late, blocks = 8, prefetch = 7" 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: not seednorm-compile %s --target=cpu --schedule="warps = 4" 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not seednorm-opt %s --seednorm-to-gpu="arch=sm_90a schedule='vector = 3'" 2>&1 | FileCheck %s --check-prefix=VECTOR

// CHECK: gpu.func @main_rows0({{.*}} known_cluster_size = array<i32: 2, 1, 1>
// PIPELINE: nvvm.cluster_dim = array<i32: 2, 1, 1>
// NAME: compile-schedule.mlir:[[#@LINE+9]]:8: error: {{.*}} has its schedule overridden by 'warps = 2', which expects one of threads_per_row, {{.*}}, dependent, but got 'warps'
// CLUSTER: has a schedule with clusters of 2 blocks, but sm_80 has none
// CLUSTERS: has a schedule with clusters of 16 blocks, but sm_120 has at most 8
// DEPENDENT: has a schedule with 'dependent', but on sm_80 no kernel starts before the one ahead of it ends
// MEMORY: bytes of shared memory for sums, rows and parameters, but a block of sm_86 has 101376
// CPU: has its schedule overridden by 'warps = 4', which expects one of vector, accumulators, grain, online, partial, prefetch, stream, rows, panel, but got 'warps'
// VECTOR: which expects 'vector' to be a power of two from 1 to 64, but got 3
func.func @main(%x: tensor<?x4096xf32>, %gamma: tensor<4096xf32>)
    -> tensor<?x4096xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6
      : tensor<?x4096xf32>, tensor<4096xf32>
  return %y : tensor<?x4096xf32>
}
