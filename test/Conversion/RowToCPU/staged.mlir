// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse --split-input-file | FileCheck %s

// Of 14 steps two are computed at a time, as many as divide them; in calls that
// write past the caches to memory of the thread, from where their four lines
// are written one after the other.
// CHECK-LABEL: func @staged
// CHECK-SAME:      memref<?x896xf32>, %[[Y:[^:]+]]: memref<?x896xbf16>
// CHECK:         %[[STREAMS:.+]] = arith.andi
// CHECK:         scf.parallel
// CHECK:           %[[STAGED:.+]] = memref.alloca() {alignment = 64 : i64} : memref<128xbf16>
// CHECK:           %[[ROW:.+]] = memref.reinterpret_cast %[[Y]]
// CHECK:           scf.for %[[FIRST:.+]] = %c0 to %c896 step %c128
// CHECK:             %[[BEFORE:.+]] = arith.subi %c0, %[[FIRST]]
// CHECK:             %[[SHIFTED:.+]] = memref.reinterpret_cast %[[STAGED]] to offset: [%[[BEFORE]]], sizes: [896]
// CHECK:             %[[TO:.+]] = arith.select %[[STREAMS]], %[[SHIFTED]], %[[ROW]]
// CHECK:             %[[LAST:.+]] = arith.addi %[[FIRST]], %c128
// CHECK:             scf.for %[[C:.+]] = %[[FIRST]] to %[[LAST]] step %c64
// CHECK:               vector.store %{{.*}}, %[[TO]][%[[C]]] : {{.*}} vector<16xbf16>
// CHECK-COUNT-3:       vector.store %{{.*}}, %[[TO]]
// CHECK-NOT:           nontemporal
// CHECK:             } {row.trips = 14 : index}
// CHECK:             scf.if %[[STREAMS]]
// CHECK-COUNT-4:       vector.load %[[STAGED]][{{.*}}] : memref<128xbf16>, vector<32xbf16>
// CHECK-NEXT:          vector.store %{{.*}}, %[[ROW]][%[[FIRST]]] {alignment = 64 : i64, nontemporal = true}
// CHECK-COUNT-3:       vector.store %{{.*}}, %[[ROW]]{{.*}} {alignment = 64 : i64, nontemporal = true}
// CHECK-NOT:           vector.store
// CHECK:         {row.grain = 1 : index, row.streams}
func.func @staged(%x: memref<?x896xf32>, %y: memref<?x896xbf16>) {
  row.program ins(%x : memref<?x896xf32> by row) outs(%y : memref<?x896xbf16> by row)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 1, stream = 4096, staged = 256>) {
  ^bb0(%xv: vector<896xf32>):
    %o = arith.truncf %xv : vector<896xf32> to vector<896xbf16>
    row.yield %o : vector<896xbf16>
  }
  return
}

// -----

// Panels are whole runs of what is staged: of 12 steps three, where a panel has
// place for four. A result in f32 has twice the lines, and eight at once.
// CHECK-LABEL: func @panels
// CHECK:         scf.parallel
// CHECK-DAG:       memref.alloca() {alignment = 64 : i64} : memref<192xbf16>
// CHECK-DAG:       memref.alloca() {alignment = 64 : i64} : memref<192xf32>
// CHECK:           scf.for %[[P:.+]] = %c0 to %c768 step %c192
// CHECK:             scf.for
// CHECK:               scf.for %{{.*}} = %[[P]] to %{{.*}} step %c192
// CHECK:                 scf.if
// CHECK-COUNT-6:           vector.load {{.*}} vector<32xbf16>
// CHECK-COUNT-6:           vector.store {{.*}} nontemporal = true
// CHECK-COUNT-8:           vector.load {{.*}} vector<16xf32>
// CHECK-COUNT-8:           vector.store {{.*}} nontemporal = true
// CHECK-COUNT-4:           vector.load {{.*}} vector<16xf32>
func.func @panels(%x: memref<?x768xf32>, %y: memref<?x768xbf16>, %z: memref<?x768xf32>) {
  row.program ins(%x : memref<?x768xf32> by row) outs(%y : memref<?x768xbf16> by row, %z : memref<?x768xf32> by row)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 1, stream = 4096, rows = 2, panel = 256, staged = 200>) {
  ^bb0(%xv: vector<768xf32>):
    %o = arith.truncf %xv : vector<768xf32> to vector<768xbf16>
    row.yield %o, %xv : vector<768xbf16>, vector<768xf32>
  }
  return
}

// -----

// One step has nothing to wait for, and what goes to the caches no memory.
// CHECK-LABEL: func @not_staged
// CHECK-NOT:     memref.alloca
// CHECK:         return
// CHECK-LABEL: func @not_streamed
// CHECK-NOT:     memref.alloca
// CHECK-NOT:     nontemporal
// CHECK:         return
func.func @not_staged(%x: memref<?x832xf32>, %y: memref<?x832xbf16>) {
  row.program ins(%x : memref<?x832xf32> by row) outs(%y : memref<?x832xbf16> by row)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 1, stream = 4096, staged = 256>) {
  ^bb0(%xv: vector<832xf32>):
    %o = arith.truncf %xv : vector<832xf32> to vector<832xbf16>
    row.yield %o : vector<832xbf16>
  }
  return
}
func.func @not_streamed(%x: memref<?x896xf32>, %y: memref<?x896xbf16>) {
  row.program ins(%x : memref<?x896xf32> by row) outs(%y : memref<?x896xbf16> by row)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 4, grain = 1, staged = 256>) {
  ^bb0(%xv: vector<896xf32>):
    %o = arith.truncf %xv : vector<896xf32> to vector<896xbf16>
    row.yield %o : vector<896xbf16>
  }
  return
}
