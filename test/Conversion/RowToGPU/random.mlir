// RUN: seednorm-opt %s --row-schedule --convert-row-to-gpu --canonicalize --cse | FileCheck %s

// One block serves the four columns of a thread. The number of the row is that
// of the grid.
// CHECK-LABEL: gpu.func @blocks_rows0
// CHECK:         %[[FIRST:.+]] = arith.muli %block_id_x, %c4
// CHECK:         %[[ROW:.+]] = arith.addi %[[FIRST]], %{{.*}} : index
// CHECK:         %[[N:.+]] = arith.index_castui %[[ROW]] : index to i64
// CHECK:         arith.trunci %[[N]] : i64 to i32
// CHECK-COUNT-20: arith.mului_extended {{.*}} : i32
// CHECK-NOT:     arith.mului_extended
// CHECK:         vector.from_elements {{.*}} : vector<4xi32>
// CHECK:         vector.store {{.*}} vector<4xi32>
func.func @blocks(%s: memref<i64>, %o: memref<i64>, %y: memref<?x128xi32>) {
  row.program ins(%s : memref<i64> shared, %o : memref<i64> shared) outs(%y : memref<?x128xi32> by row) {
  ^bb0(%seed: i64, %offset: i64):
    %bits = row.philox %seed, %offset : vector<128xi32>
    row.yield %bits : vector<128xi32>
  }
  return
}

// A chunk of one column draws a block and takes its word.
// CHECK-LABEL: gpu.func @elements_rows0
// CHECK-COUNT-20: arith.mului_extended {{.*}} : i32
// CHECK-NOT:     arith.mului_extended
// CHECK-COUNT-3: arith.select {{.*}} : i32
// CHECK:         memref.store
func.func @elements(%s: memref<i64>, %o: memref<i64>, %y: memref<?x27xi32>) {
  row.program ins(%s : memref<i64> shared, %o : memref<i64> shared) outs(%y : memref<?x27xi32> by row) {
  ^bb0(%seed: i64, %offset: i64):
    %bits = row.philox %seed, %offset : vector<27xi32>
    row.yield %bits : vector<27xi32>
  }
  return
}

// Chunks of two columns, which lie in one block or, where heads have an odd
// number of columns, hold words of two heads.
// CHECK-LABEL: gpu.func @halves_rows0
// CHECK-COUNT-6: arith.select {{.*}} : vector<2xi1>, vector<2xi32>
// CHECK-NOT:     arith.select
// CHECK:         gpu.return
func.func @halves(%s: memref<i64>, %o: memref<i64>, %y: memref<?x30xi32>) {
  row.program ins(%s : memref<i64> shared, %o : memref<i64> shared) outs(%y : memref<?x30xi32> by row) {
  ^bb0(%seed: i64, %offset: i64):
    %bits = row.philox %seed, %offset : vector<30xi32>
    %heads = row.philox %seed, %offset : vector<6xi32>
    %column = vector.shape_cast %heads : vector<6xi32> to vector<6x1xi32>
    %spread = vector.broadcast %column : vector<6x1xi32> to vector<6x5xi32>
    %flat = vector.shape_cast %spread : vector<6x5xi32> to vector<30xi32>
    %sum = arith.addi %bits, %flat : vector<30xi32>
    row.yield %sum : vector<30xi32>
  }
  return
}
