// RUN: seednorm-opt %s --convert-row-to-gpu --canonicalize --cse | FileCheck %s

// Three sums in a warp of its own: one has no partner in the first step, lanes
// hand the totals around. A maximum is combined otherwise, so it stays alone.
// CHECK-LABEL: gpu.func @three_rows0
// CHECK:         %[[MAX:.+]] = vector.reduction <maximumf>
// CHECK:         %[[A:.+]] = vector.reduction <add>
// CHECK:         %[[B:.+]] = vector.reduction <add>
// CHECK:         %[[C:.+]] = vector.reduction <add>
// CHECK:         arith.andi %{{.+}}, %c16
// CHECK:         %[[KEPT:.+]] = arith.select %{{.+}}, %[[C]], %[[A]]
// CHECK:         gpu.shuffle xor %{{.+}}, %c16_i32
// CHECK:         gpu.shuffle xor %[[B]], %c16_i32
// CHECK:         arith.andi %{{.+}}, %c8
// CHECK:         gpu.shuffle xor %{{.+}}, %c8_i32
// CHECK:         gpu.shuffle xor %{{.+}}, %c4_i32
// CHECK:         gpu.shuffle xor %{{.+}}, %c2_i32
// CHECK:         gpu.shuffle xor %{{.+}}, %c1_i32
// CHECK:         %[[TOTALS:.+]] = arith.addf
// CHECK:         gpu.shuffle idx %[[TOTALS]], %c0_i32
// CHECK:         gpu.shuffle idx %[[TOTALS]], %c8_i32
// CHECK:         gpu.shuffle idx %[[TOTALS]], %c16_i32
// CHECK:         gpu.shuffle xor %[[MAX]], %c16_i32
// CHECK:         gpu.return
func.func @three(%x: memref<?x256xf32>, %y: memref<?x256xf32>) {
  row.program ins(%x : memref<?x256xf32> by row) outs(%y : memref<?x256xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 32, rows_per_block = 4, vector = 4, parameters = late>) {
  ^bb0(%xv: vector<256xf32>):
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF800000 : f32
    %max = vector.multi_reduction <maximumf>, %xv, %lowest [0] : vector<256xf32> to f32
    %a = vector.multi_reduction <add>, %xv, %zero [0] : vector<256xf32> to f32
    %square = arith.mulf %xv, %xv : vector<256xf32>
    %b = vector.multi_reduction <add>, %square, %zero [0] : vector<256xf32> to f32
    %cube = arith.mulf %square, %xv : vector<256xf32>
    %c = vector.multi_reduction <add>, %cube, %zero [0] : vector<256xf32> to f32
    %ab = arith.divf %a, %b : f32
    %cmax = arith.divf %c, %max : f32
    %all = arith.addf %ab, %cmax : f32
    %spread = vector.broadcast %all : f32 to vector<256xf32>
    %p = arith.mulf %xv, %spread : vector<256xf32>
    row.yield %p : vector<256xf32>
  }
  return
}

// Through shared memory each warp stores a total of its own once, and lanes
// take the slots of their sum in turn: 8 of 16 warps, then the others. The four
// slots of a warp are next to each other, so that 32 lanes take 32 words in a row.
// CHECK-LABEL: gpu.func @across_rows0
// CHECK-SAME:    workgroup(%[[SHARED:.+]] : memref<64xf32, #gpu.address_space<workgroup>>
// CHECK:         %[[SUM:.+]] = arith.divui %[[LANE:.+]], %c8
// CHECK:         arith.remui %[[LANE]], %c8
// CHECK:         scf.if
// CHECK-DAG:       %[[WARP:.+]] = arith.muli %{{.+}}, %c4
// CHECK-DAG:       %[[SLOT:.+]] = arith.addi %[[SUM]], %[[WARP]]
// CHECK:           memref.store %{{.+}}, %[[SHARED]][%[[SLOT]]]
// CHECK-NOT:     memref.store
// CHECK:         gpu.barrier
// CHECK-COUNT-2: memref.load %[[SHARED]]
// CHECK-NOT:     memref.load %[[SHARED]]
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK-COUNT-4: gpu.shuffle idx
// CHECK-NOT:     gpu.shuffle
// CHECK:         gpu.return
func.func @across(%x: memref<?x2048xf32>, %y: memref<?x2048xf32>) {
  row.program ins(%x : memref<?x2048xf32> by row) outs(%y : memref<?x2048xf32> by row)
      schedule(#row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 4, parameters = late>) {
  ^bb0(%xv: vector<2048xf32>):
    %zero = arith.constant 0.0 : f32
    %a = vector.multi_reduction <add>, %xv, %zero [0] : vector<2048xf32> to f32
    %square = arith.mulf %xv, %xv : vector<2048xf32>
    %b = vector.multi_reduction <add>, %square, %zero [0] : vector<2048xf32> to f32
    %cube = arith.mulf %square, %xv : vector<2048xf32>
    %c = vector.multi_reduction <add>, %cube, %zero [0] : vector<2048xf32> to f32
    %fourth = arith.mulf %square, %square : vector<2048xf32>
    %d = vector.multi_reduction <add>, %fourth, %zero [0] : vector<2048xf32> to f32
    %ab = arith.divf %a, %b : f32
    %cd = arith.divf %c, %d : f32
    %all = arith.addf %ab, %cd : f32
    %spread = vector.broadcast %all : f32 to vector<2048xf32>
    %p = arith.mulf %xv, %spread : vector<2048xf32>
    row.yield %p : vector<2048xf32>
  }
  return
}
