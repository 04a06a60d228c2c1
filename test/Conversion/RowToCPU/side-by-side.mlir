// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

// Two rows take each step together: a parameter is read, and widened, once for
// both. What is left of 72 columns is taken so as well, and a row that has none
// at its side alone.
// CHECK-LABEL: func @pairs
// CHECK-SAME:    %[[X:.+]]: memref<?x72xf32>, %[[G:.+]]: memref<72xbf16>, %[[Y:.+]]: memref<?x72xf32>
// CHECK:         %[[BLOCKS:.+]] = arith.ceildivui %[[ROWS:.+]], %c2
// CHECK:         scf.parallel (%[[BLOCK:.+]]) = (%c0) to (%[[BLOCKS]])
// CHECK:           %[[FIRST:.+]] = arith.muli %[[BLOCK]], %c2
// CHECK:           %[[COUNT:.+]] = arith.minui %{{.+}}, %c2
// CHECK:           %[[FULL:.+]] = arith.cmpi eq, %[[COUNT]], %c2
// CHECK:           scf.if %[[FULL]] {
// CHECK-DAG:         %[[X0:.+]] = memref.reinterpret_cast %[[X]]
// CHECK-DAG:         %[[X1:.+]] = memref.reinterpret_cast %[[X]]
// CHECK:             %[[SUMS:.+]]:4 = scf.for %[[C:.+]] = %c0 to %c64 step %c16 iter_args
// CHECK-COUNT-4:       vector.load {{.*}} : memref<72xf32, {{.*}}>, vector<8xf32>
// CHECK:             } {row.trips = 4 : index}
// CHECK-COUNT-2:     vector.load %{{.+}}[%c64] : {{.*}}, vector<8xf32>
// CHECK-COUNT-2:     vector.reduction <add>
// One vector has half a line: two a step, from the last step to the first.
// CHECK:             scf.for %[[C:.+]] = %c0 to %c64 step %c16
// CHECK:               %[[BACK:.+]] = arith.subi %c48, %[[C]]
// CHECK:               %[[NARROW:.+]] = vector.load %{{.+}}[%[[BACK]]] : {{.*}}, vector<8xbf16>
// CHECK:               arith.extf %[[NARROW]]
// CHECK-NOT:           memref<72xbf16,
// CHECK:               vector.load %{{.+}} : {{.*}}, vector<8xbf16>
// CHECK-NOT:           memref<72xbf16,
// CHECK-COUNT-4:       vector.store
// CHECK:             } {row.trips = 4 : index}
// CHECK:             vector.load %{{.+}}[%c64] : {{.*}}, vector<8xbf16>
// CHECK-NOT:         memref<72xbf16,
// CHECK-COUNT-2:     vector.store
// CHECK:           } else {
// CHECK:             scf.for %{{.+}} = %c0 to %[[COUNT]] step %c1
// CHECK:               scf.for
// CHECK:               } {row.trips = 0 : index}
// CHECK:               scf.for
// CHECK:               } {row.trips = 0 : index}
// CHECK:         {row.grain = 3 : index}
func.func @pairs(%x: memref<?x72xf32>, %g: memref<72xbf16>, %y: memref<?x72xf32>) {
  row.program ins(%x : memref<?x72xf32> by row, %g : memref<72xbf16> shared) outs(%y : memref<?x72xf32> by row)
      schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 5, rows = 2>) {
  ^bb0(%xv: vector<72xf32>, %gv: vector<72xbf16>):
    %s = vector.reduction <add>, %xv : vector<72xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<72xf32>
    %gw = arith.extf %gv : vector<72xbf16> to vector<72xf32>
    %o = arith.mulf %gw, %sv : vector<72xf32>
    row.yield %o : vector<72xf32>
  }
  return
}

// Vectors that have a line are stored one a row, whatever the number of
// accumulators. Of four rows that come next the first is fetched while there
// are sums, and the others while the results are stored; at the end they are
// the last four, and fetched from their first step to the last.
// CHECK-LABEL: func @fetched
// CHECK:         %[[ROWS:.+]] = memref.dim
// CHECK:         scf.parallel
// CHECK:             scf.if
// CHECK-DAG:           %[[LAST:.+]] = arith.subi %[[ROWS]], %c4
// CHECK-DAG:           %[[LATER:.+]] = arith.addi %[[FIRST:.+]], %c4
// CHECK:               arith.minui %[[LATER]], %[[LAST]]
// CHECK:               scf.for {{.*}} step %c32 iter_args
// CHECK-COUNT-2:         memref.prefetch
// CHECK-NOT:             memref.prefetch
// CHECK:               } {row.trips = 4 : index}
// CHECK:               scf.for %[[C:.+]] = %c0 to %c128 step %c16
// CHECK-COUNT-3:         memref.prefetch %{{.+}}[%[[C]]]
// CHECK-NOT:             memref.prefetch
// CHECK:                 arith.subi %c112, %[[C]]
// CHECK:                 scf.if
// CHECK-COUNT-4:           vector.store {{.*}} nontemporal
// CHECK:                 } else {
// CHECK-COUNT-4:           vector.store
// CHECK:               } {row.trips = 8 : index}
func.func @fetched(%x: memref<?x128xf32>, %y: memref<?x128xf32>) {
  row.program ins(%x : memref<?x128xf32> by row) outs(%y : memref<?x128xf32> by row)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 2, grain = 1, prefetch = true, stream = 4096, rows = 4>) {
  ^bb0(%xv: vector<128xf32>):
    %s = vector.reduction <add>, %xv : vector<128xf32> into f32
    %sv = vector.broadcast %s : f32 to vector<128xf32>
    %o = arith.mulf %xv, %sv : vector<128xf32>
    row.yield %o : vector<128xf32>
  }
  return
}

// What is computed of totals is computed once, of all rows. A partial sum over
// rows is read and written once a step, and rows are added to it in their order.
// Rows left over are few: they have neither prefetches nor stores past the caches.
// CHECK-LABEL: func @gradients
// CHECK:         scf.if
// CHECK-COUNT-2:   vector.reduction
// CHECK:           %[[TOTALS:.+]] = vector.from_elements
// CHECK-NEXT:      %[[TANH:.+]] = math.tanh %[[TOTALS]] : vector<2xf32>
// CHECK-DAG:       %[[T0:.+]] = vector.extract %[[TANH]][0]
// CHECK-DAG:       %[[T1:.+]] = vector.extract %[[TANH]][1]
// CHECK:           scf.for
// CHECK:             vector.broadcast %[[T0]]
// CHECK:             %[[X0:.+]] = vector.load
// CHECK-NEXT:        %[[P0:.+]] = arith.mulf %[[X0]]
// CHECK-NEXT:        %[[BEFORE:.+]] = vector.load %[[PARTIAL:.+]][%
// CHECK-NEXT:        %[[A0:.+]] = arith.addf %[[BEFORE]], %[[P0]]
// CHECK-NOT:         %[[PARTIAL]]
// CHECK:             vector.broadcast %[[T1]]
// CHECK:             %[[X1:.+]] = vector.load
// CHECK-NEXT:        %[[P1:.+]] = arith.mulf %[[X1]]
// CHECK-NEXT:        %[[A1:.+]] = arith.addf %[[A0]], %[[P1]]
// CHECK-NEXT:        vector.store %[[A1]], %[[PARTIAL]][%
// CHECK:             scf.if
// CHECK-COUNT-2:       vector.store {{.*}} nontemporal
// CHECK:           } {row.trips = 4 : index}
// CHECK:         } else {
// CHECK-NOT:       memref.prefetch
// CHECK-NOT:       scf.if
// CHECK-NOT:       nontemporal
// CHECK:         {row.grain = 1 : index, row.streams}
func.func @gradients(%x: memref<?x64xf32>, %d: memref<?x64xf32>, %y: memref<?x64xf32>, %g: memref<64xf32>) {
  row.program ins(%x : memref<?x64xf32> by row, %d : memref<?x64xf32> by row)
      outs(%y : memref<?x64xf32> by row, %g : memref<64xf32> summed)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 1, grain = 8, prefetch = true, stream = 4096, rows = 2>) {
  ^bb0(%xv: vector<64xf32>, %dv: vector<64xf32>):
    %s = vector.reduction <add>, %xv : vector<64xf32> into f32
    %t = math.tanh %s : f32
    %tv = vector.broadcast %t : f32 to vector<64xf32>
    %o = arith.mulf %dv, %tv : vector<64xf32>
    %p = arith.mulf %xv, %dv : vector<64xf32>
    row.yield %o, %p : vector<64xf32>, vector<64xf32>
  }
  return
}

// But each group of rows that are summed has rows left over: there may be many.
// CHECK-LABEL: func @groups
// CHECK:         scf.if
// CHECK:         } else {
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               memref.prefetch
// CHECK:               scf.if
// CHECK-NEXT:            vector.store {{.*}} nontemporal
// CHECK:             } {row.trips = 0 : index}
func.func @groups(%x: memref<?x5x64xf32>, %y: memref<?x5x64xf32>, %g: memref<?x64xf32>) {
  row.program ins(%x : memref<?x5x64xf32> by row)
      outs(%y : memref<?x5x64xf32> by row, %g : memref<?x64xf32> summed by group 5)
      schedule(#row.cpu_schedule<vector = 16, accumulators = 1, grain = 8, prefetch = true, stream = 4096, rows = 2>) {
  ^bb0(%xv: vector<64xf32>):
    %o = arith.negf %xv : vector<64xf32>
    row.yield %o, %xv : vector<64xf32>, vector<64xf32>
  }
  return
}
