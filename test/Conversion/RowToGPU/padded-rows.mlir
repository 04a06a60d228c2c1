// RUN: seednorm-opt %s --row-schedule=target=gpu --convert-row-to-gpu | FileCheck %s

// Accesses divide the 12 stored columns of a row, and stay within them.
// CHECK-LABEL: gpu.func @twelve_of_sixteen_rows0
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<12xbf16>
// CHECK:         memref.reinterpret_cast %[[X]] to offset: [%{{.*}}], sizes: [12], strides: [1]
// CHECK:         %[[STORED:.*]] = arith.cmpi ult, %[[COLUMN:.*]], %c12
// CHECK:         %[[MAY:.*]] = arith.andi %{{.*}}, %[[STORED]]
// CHECK:         scf.if %[[MAY]]
// CHECK:           vector.load %{{.*}}[%{{.*}}] {alignment = 8 : i64, nontemporal = true} : {{.*}}, vector<4xbf16>
func.func @twelve_of_sixteen(%x: memref<?x12xbf16>, %y: memref<?x12xbf16>) {
  row.program ins(%x : memref<?x12xbf16> by row)
      outs(%y : memref<?x12xbf16> by row) {
  ^bb0(%v: vector<16xbf16>):
    %zero = arith.constant 0.0 : f32
    %wide = arith.extf %v : vector<16xbf16> to vector<16xf32>
    %sum = vector.multi_reduction <add>, %wide, %zero [0] : vector<16xf32> to f32
    %spread = vector.broadcast %sum : f32 to vector<16xf32>
    %d = arith.subf %wide, %spread : vector<16xf32>
    %narrow = arith.truncf %d : vector<16xf32> to vector<16xbf16>
    row.yield %narrow : vector<16xbf16>
  }
  return
}
