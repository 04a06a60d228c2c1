// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse | FileCheck %s

// Half a warp holds the row: no block barrier, no shared memory; 12 chunks of 8
// columns leave lanes without columns, whose loads and stores are predicated
// as whole vectors and whose summands are the identity. The other half may have
// a row where this one has none.

// CHECK-LABEL: gpu.func @ragged_rows0
// CHECK-NOT:     workgroup(
// CHECK-SAME:    known_block_size = array<i32: 128, 1, 1>
// CHECK:         %[[EXISTS:.+]] = arith.cmpi ult
// CHECK:         %[[VALID:.+]] = arith.cmpi ult, %{{.*}}, %c12
// CHECK:         %[[LOADS:.+]] = arith.andi %[[EXISTS]], %[[VALID]]
// CHECK:         scf.if %[[LOADS]] -> (vector<8xbf16>)
// CHECK:           vector.load {{.*}} {alignment = 16 : i64, nontemporal = true}
// CHECK:         arith.select %[[VALID]], %{{.*}}, %{{.*}} : vector<8xf32>
// CHECK-COUNT-4: gpu.shuffle
// CHECK-NOT:     gpu.shuffle
// CHECK-NOT:     gpu.barrier
// CHECK:         scf.if %[[LOADS]] {
// CHECK:           vector.store {{.*}} {alignment = 16 : i64}
// CHECK:         gpu.return
func.func @ragged(%x: memref<?x96xbf16>, %y: memref<?x96xbf16>) {
  row.program ins(%x : memref<?x96xbf16> by row) outs(%y : memref<?x96xbf16> by row) {
  ^bb0(%xv: vector<96xbf16>):
    %zero = arith.constant 0.0 : f32
    %x32 = arith.extf %xv : vector<96xbf16> to vector<96xf32>
    %sum = vector.multi_reduction <add>, %x32, %zero [0] : vector<96xf32> to f32
    %spread = vector.broadcast %sum : f32 to vector<96xf32>
    %y32 = arith.mulf %x32, %spread : vector<96xf32>
    %y16 = arith.truncf %y32 : vector<96xf32> to vector<96xbf16>
    row.yield %y16 : vector<96xbf16>
  }
  return
}

// Heads of 4 chunks: four lanes hold a head, two shuffles combine it.
// CHECK-LABEL: gpu.func @heads_in_lanes_rows0
// CHECK-NOT:     workgroup(
// CHECK-COUNT-2: gpu.shuffle
// CHECK-NOT:     gpu.shuffle
// CHECK:         gpu.return
func.func @heads_in_lanes(%x: memref<?x128xf32>, %y: memref<?x128xf32>) {
  row.program ins(%x : memref<?x128xf32> by row) outs(%y : memref<?x128xf32> by row) {
  ^bb0(%xv: vector<128xf32>):
    %zero = arith.constant dense<0.0> : vector<8xf32>
    %heads = vector.shape_cast %xv : vector<128xf32> to vector<8x16xf32>
    %sum = vector.multi_reduction <add>, %heads, %zero [1] : vector<8x16xf32> to vector<8xf32>
    %column = vector.shape_cast %sum : vector<8xf32> to vector<8x1xf32>
    %spread = vector.broadcast %column : vector<8x1xf32> to vector<8x16xf32>
    %row = vector.shape_cast %spread : vector<8x16xf32> to vector<128xf32>
    row.yield %row : vector<128xf32>
  }
  return
}

// Heads of 3 chunks: their partials meet in the warp's shared memory.
// CHECK-LABEL: gpu.func @heads_across_lanes_rows0
// CHECK-SAME:    memref<96xf32, #gpu.address_space<workgroup>>
// CHECK-NOT:     gpu.shuffle
// CHECK:         memref.store
// CHECK:         nvvm.bar.warp.sync
// CHECK-NOT:     gpu.barrier
// CHECK-COUNT-3: memref.load %{{.*}} : memref<96xf32, #gpu.address_space<workgroup>>
// CHECK:         gpu.return
func.func @heads_across_lanes(%x: memref<?x96xf32>, %y: memref<?x96xf32>) {
  row.program ins(%x : memref<?x96xf32> by row) outs(%y : memref<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>):
    %zero = arith.constant dense<0.0> : vector<8xf32>
    %heads = vector.shape_cast %xv : vector<96xf32> to vector<8x12xf32>
    %sum = vector.multi_reduction <add>, %heads, %zero [1] : vector<8x12xf32> to vector<8xf32>
    %column = vector.shape_cast %sum : vector<8xf32> to vector<8x1xf32>
    %spread = vector.broadcast %column : vector<8x1xf32> to vector<8x12xf32>
    %row = vector.shape_cast %spread : vector<8x12xf32> to vector<96xf32>
    row.yield %row : vector<96xf32>
  }
  return
}

// Written over its input: no pointer may claim to be the only one.
// CHECK-LABEL: gpu.func @in_place_rows0
// CHECK-NOT:     llvm.noalias
// CHECK:         gpu.return
func.func @in_place(%x: memref<?x96xf32>) {
  row.program ins(%x : memref<?x96xf32> by row) outs(%x : memref<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>):
    %two = arith.addf %xv, %xv : vector<96xf32>
    row.yield %two : vector<96xf32>
  }
  return
}

// Rows of a block share one copy of their parameters: 128 threads copy 24
// chunks, everyone meets, rows that do not exist included.
// CHECK-LABEL: gpu.func @staged_rows0
// CHECK-SAME:    workgroup(%[[COPY:.+]] : memref<96xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK:         %[[EXISTS:.+]] = arith.cmpi ult
// CHECK:         arith.andi %[[EXISTS]]
// CHECK:         vector.load {{.*}} vector<4xf32>
// CHECK:         %[[OWNED:.+]] = arith.cmpi ult, %{{.*}}, %c24
// CHECK:         scf.if %[[OWNED]] {
// CHECK-NEXT:      %[[COLUMN:.+]] = arith.muli
// CHECK-NEXT:      %[[COPIED:.+]] = vector.load
// CHECK-NEXT:      vector.store %[[COPIED]], %[[COPY]][%[[COLUMN]]]{{.*}}vector<4xf32>
// CHECK-NEXT:    }
// CHECK-NEXT:    gpu.barrier
// CHECK-NOT:     gpu.barrier
// CHECK:         vector.load %[[COPY]]
// CHECK:         gpu.return
func.func @staged(%x: memref<?x96xf32>, %g: memref<96xf32>, %y: memref<?x96xf32>) {
  row.program ins(%x : memref<?x96xf32> by row, %g : memref<96xf32> shared) outs(%y : memref<?x96xf32> by row) {
  ^bb0(%xv: vector<96xf32>, %gv: vector<96xf32>):
    %p = arith.mulf %xv, %gv : vector<96xf32>
    row.yield %p : vector<96xf32>
  }
  return
}
