// RUN: seednorm-opt %s --convert-row-to-cpu --canonicalize --cse | FileCheck %s

#schedule = #row.cpu_schedule<vector = 8, accumulators = 1, grain = 1>

// One loop makes partial sums zero, and one adds three outputs that have as
// many elements, a vector of each at a time; a fourth, and one of another
// length, have loops of their own and two vectors at a time. Of the second
// output, elements that meet in it are added in the partial sum.
// CHECK-LABEL: func @groups
// CHECK-SAME:      %{{[^,]+}}: memref<?x4x256xf32>, %[[A:[^:]+]]: memref<4x256xf32>, %{{[^:]+}}: memref<256xf32>, %[[C:[^:]+]]: memref<4x256xbf16>
// CHECK-COUNT-4: memref.alloc({{.*}}) {{.*}} memref<?x1056xf32>
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} step %c32
// CHECK-COUNT-4:     vector.store %cst{{.*}} vector<32xf32>
// CHECK-NOT:         vector.store %cst
// CHECK:           scf.for
// CHECK:         {row.grain = 1 : index}
// CHECK-DAG:     %[[TOA:.+]] = memref.reinterpret_cast %[[A]]
// CHECK-DAG:     %[[TOC:.+]] = memref.reinterpret_cast %[[C]]
// CHECK:         scf.parallel
// CHECK:           scf.for %[[COLUMN:.+]] = {{.*}} step %c16
// CHECK:             %[[SUMS:.+]]:3 = scf.for %{{.*}} = %c0 to %{{.*}} step %c1 iter_args
// CHECK-COUNT-3:       vector.load {{.*}}[%[[COLUMN]]] {{.*}} vector<16xf32>
// CHECK-NOT:           vector.load
// CHECK:               scf.yield
// CHECK:             vector.store %[[SUMS]]#0, %[[TOA]][%[[COLUMN]]]
// CHECK:             vector.store %[[SUMS]]#1, %{{.*}}[%[[COLUMN]]] : memref<1056xf32
// CHECK:             %[[ROUNDED:.+]] = arith.truncf %[[SUMS]]#2
// CHECK:             vector.store %[[ROUNDED]], %[[TOC]][%[[COLUMN]]]
// CHECK:         {row.totals}
// CHECK:         scf.for %{{.*}} = %c0 to %c256 step %c1
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} step %c32
// CHECK:             %{{.+}}:2 = scf.for %{{.*}} = %c0 to %{{.*}} step %c1 iter_args
// CHECK:         {row.totals}
// CHECK-COUNT-4: memref.dealloc
func.func @groups(%x: memref<?x4x256xf32>, %a: memref<4x256xf32>, %b: memref<256xf32>,
                  %c: memref<4x256xbf16>, %d: memref<4x256xf32>) {
  row.program ins(%x : memref<?x4x256xf32> by row)
      outs(%a : memref<4x256xf32> summed, %b : memref<256xf32> summed,
           %c : memref<4x256xbf16> summed, %d : memref<4x256xf32> summed)
      schedule(#schedule) {
  ^bb0(%xv: vector<4x256xf32>):
    %0 = arith.mulf %xv, %xv : vector<4x256xf32>
    %1 = arith.addf %xv, %0 : vector<4x256xf32>
    row.yield %xv, %0, %1, %0 : vector<4x256xf32>, vector<4x256xf32>, vector<4x256xf32>, vector<4x256xf32>
  }
  return
}

// Outputs of 2048 and 512 elements.
// CHECK-LABEL: func @lengths
// CHECK-COUNT-2: {row.totals}
// CHECK-NOT:     {row.totals}
func.func @lengths(%x: memref<?x512x4xf32>, %a: memref<512x4xf32>, %b: memref<512xf32>) {
  row.program ins(%x : memref<?x512x4xf32> by row)
      outs(%a : memref<512x4xf32> summed, %b : memref<512xf32> summed) schedule(#schedule) {
  ^bb0(%xv: vector<512x4xf32>):
    %zero = arith.constant dense<0.0> : vector<512xf32>
    %0 = vector.multi_reduction <add>, %xv, %zero [1] : vector<512x4xf32> to vector<512xf32>
    row.yield %xv, %0 : vector<512x4xf32>, vector<512xf32>
  }
  return
}
