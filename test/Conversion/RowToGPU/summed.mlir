// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// A persistent block goes through rows: it has the parameter once, and with this schedule
// the next row before the sums of the one at hand, and adds up its columns in registers.
// Sums meet in one half of the slots after the other, behind one barrier a row.

// CHECK-LABEL: gpu.func @gradient_rows0
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2048xbf16>
// CHECK-SAME:    %[[GAMMA:[a-z0-9]+]]: memref<2048xf32>
// CHECK-SAME:    %[[PARTIALS:[a-z0-9]+]]: memref<2048xf32> {llvm.align = 16 : i64, llvm.noalias, llvm.writeonly}
// CHECK-SAME:    %[[ROWS:[a-z0-9]+]]: index)
// CHECK-SAME:    workgroup(%[[SHARED:[a-z0-9]+]] : memref<16xf32, #gpu.address_space<workgroup>>
// CHECK-DAG:     %[[BLOCK:.+]] = gpu.block_id x
// CHECK-DAG:     %[[BLOCKS:.+]] = gpu.grid_dim x
// CHECK-DAG:     %[[ANYTHING:.+]] = llvm.mlir.poison : vector<8xbf16>
// CHECK-DAG:     vector.load %[[GAMMA]]
// CHECK:         %[[FIRST:.+]] = scf.if
// CHECK:         %[[SUMS:.+]]:3 = scf.for %[[ROW:.+]] = %[[BLOCK]] to %[[ROWS]] step %[[BLOCKS]]
// CHECK-SAME:        iter_args(%[[SUM:[a-z0-9]+]] = %{{.*}}, %{{.*}} = %[[FIRST]], %[[HALF:.+]] = %c0)
// CHECK-DAG:       %[[OTHER:.+]] = arith.subi %c8, %[[HALF]]
// CHECK-DAG:       %[[NEXT:.+]] = arith.addi %[[ROW]], %[[BLOCKS]]
// CHECK-DAG:       arith.cmpi ult, %[[NEXT]], %[[ROWS]]
// What is loaded of a row behind the last one is never used.
// CHECK:           %[[LOADED:.+]] = scf.if
// CHECK:           } else {
// CHECK-NEXT:        scf.yield %[[ANYTHING]]
// CHECK:           %[[SLOT:.+]] = arith.addi %[[HALF]]
// CHECK:           memref.store %{{.*}}, %[[SHARED]][%[[SLOT]]]
// CHECK:           gpu.barrier
// CHECK-NOT:       gpu.barrier
// CHECK:           vector.store {{.*}}vector<8xbf16>
// CHECK:           %[[ADDED:.+]] = arith.addf %[[SUM]]
// CHECK:           scf.yield %[[ADDED]], %[[LOADED]], %[[OTHER]]
// CHECK:         vector.store %[[SUMS]]#0, %{{.*}} : memref<2048xf32

// The second kernel has a tile of 8 elements in a block, 32 parts of the partials of each,
// and 8 partials of a part in flight at once.
// CHECK-LABEL: gpu.func @gradient_sums0
// CHECK-SAME:    %[[PARTIALS:[a-z0-9]+]]: memref<2048xf32> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME:    %{{[a-z0-9]+}}: memref<2048xbf16>, %[[COUNT:[a-z0-9]+]]: index)
// CHECK-SAME:    known_block_size = array<i32: 256, 1, 1>
// CHECK:         scf.for %{{.*}} = %{{.*}} to %[[COUNT]] step %c256
// CHECK-COUNT-5: gpu.barrier
// CHECK-NOT:     gpu.barrier
// CHECK:         scf.if
// CHECK:           arith.truncf %{{.*}} : f32 to bf16
// CHECK:           memref.store {{.*}}memref<2048xbf16

// CHECK-LABEL: func.func @gradient
// CHECK:         %[[BLOCKS:.+]] = arith.minui %{{.*}}, %c264
// CHECK:         %[[MEMORY:.+]] = memref.alloc(%[[BLOCKS]]) : memref<?x2048xf32>
// CHECK:         gpu.launch_func @kernels::@gradient_rows0 blocks in (%[[BLOCKS]], %c1, %c1) threads in (%c256, %c1, %c1)
// CHECK:         gpu.launch_func @kernels::@gradient_sums0 blocks in (%c256, %c1, %c1) threads in (%c256, %c1, %c1)
// CHECK-SAME:    %[[BLOCKS]] : index
// CHECK:         memref.dealloc %[[MEMORY]]
func.func @gradient(%x: memref<?x2048xbf16>, %g: memref<2048xf32>, %dx: memref<?x2048xbf16>, %dg: memref<2048xbf16>) {
  row.program ins(%x : memref<?x2048xbf16> by row, %g : memref<2048xf32> shared)
      outs(%dx : memref<?x2048xbf16> by row, %dg : memref<2048xbf16> summed)
      schedule(#row.gpu_schedule<threads_per_row = 256, rows_per_block = 1, vector = 8, parameters = early, blocks = 264, prefetch = 1>) {
  ^bb0(%xv: vector<2048xbf16>, %gv: vector<2048xf32>):
    %zero = arith.constant 0.0 : f32
    %x32 = arith.extf %xv : vector<2048xbf16> to vector<2048xf32>
    %u = arith.mulf %x32, %gv : vector<2048xf32>
    %dot = vector.multi_reduction <add>, %u, %zero [0] : vector<2048xf32> to f32
    %dots = vector.broadcast %dot : f32 to vector<2048xf32>
    %d = arith.mulf %x32, %dots : vector<2048xf32>
    %d16 = arith.truncf %d : vector<2048xf32> to vector<2048xbf16>
    row.yield %d16, %u : vector<2048xbf16>, vector<2048xf32>
  }
  return
}

// -----

// Warps have rows of their own: their sums meet in shared memory, one warp after the other.
// CHECK-LABEL: gpu.func @warps_rows0
// CHECK-SAME:    workgroup(%[[MEETING:[a-z0-9]+]] : memref<64xf32, #gpu.address_space<workgroup>>
// CHECK:         scf.for
// CHECK-NOT:       gpu.barrier
// CHECK:         scf.yield
// CHECK:         scf.if
// CHECK:           vector.store %{{.*}}, %[[MEETING]]
// CHECK:         gpu.barrier
// CHECK:         scf.for
// CHECK:           vector.load %[[MEETING]]
// CHECK:           gpu.barrier
// CHECK:         scf.if
// CHECK:           vector.load %[[MEETING]]
// CHECK:           vector.store %{{.*}} : memref<64xf32, strided<[1], offset: ?>>
func.func @warps(%x: memref<?x64xf32>, %s: memref<64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row) outs(%s : memref<64xf32> summed)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 32, vector = 2, parameters = staged, blocks = 132, prefetch = 1>) {
  ^bb0(%v: vector<64xf32>):
    row.yield %v : vector<64xf32>
  }
  return
}

// -----

// What the caller keeps is read where it is, and the result is written where it is wanted.
// CHECK-LABEL: func.func @added
// CHECK-SAME:    %[[HELD:[a-z0-9]+]]: memref<64xf32>, %[[RESULT:[a-z0-9]+]]: memref<64xf32>
// CHECK-NOT:     memref.copy
// CHECK:         gpu.launch_func @kernels::@added_sums0
// CHECK-SAME:    %[[HELD]] : memref<64xf32>, %[[RESULT]] : memref<64xf32>
// CHECK-NOT:     memref.copy
func.func @added(%x: memref<?x64xf32>, %held: memref<64xf32>, %result: memref<64xf32>) {
  %memory = memref.alloc() : memref<64xf32>
  memref.copy %held, %memory : memref<64xf32> to memref<64xf32>
  row.program ins(%x : memref<?x64xf32> by row) outs(%memory : memref<64xf32> added) {
  ^bb0(%v: vector<64xf32>):
    row.yield %v : vector<64xf32>
  }
  memref.copy %memory, %result : memref<64xf32> to memref<64xf32>
  memref.dealloc %memory : memref<64xf32>
  return
}
