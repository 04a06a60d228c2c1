// RUN: seednorm-opt %s --row-simplify --canonicalize --cse | FileCheck %s
// RUN: seednorm-opt %s --row-simplify --row-report 2>&1 >/dev/null | FileCheck %s --check-prefix=LEVELS

// In the order of the functions.
// LEVELS-COUNT-3: levels of sums 1,
// LEVELS-COUNT-3: levels of sums 2,
// LEVELS-NOT:     levels

// Factors of one order: what rows have first, so that both sums have x * dy.
// CHECK-LABEL: func @order
// CHECK:       ^bb0(%[[X:.+]]: vector<8xf32>, %[[A:.+]]: vector<8xf32>, %[[B:.+]]: vector<8xf32>, %[[D:.+]]: vector<8xf32>):
// CHECK:         %[[P:.+]] = arith.mulf %[[X]], %[[D]] : vector<8xf32>
// CHECK:         %[[PA:.+]] = arith.mulf %[[A]], %[[P]]
// CHECK:         multi_reduction <add>, %[[PA]]
// CHECK:         %[[PB:.+]] = arith.mulf %[[B]], %[[P]]
// CHECK:         multi_reduction <add>, %[[PB]]
func.func @order(%x: tensor<?x8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row, %a : tensor<8xf32> shared, %b : tensor<8xf32> shared, %d : tensor<?x8xf32> by row)
      outs(%i : tensor<?xf32> by row, %i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %av: vector<8xf32>, %bv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %da = arith.mulf %dv, %av fastmath<reassoc> : vector<8xf32>
    %0 = arith.mulf %da, %xv fastmath<reassoc> : vector<8xf32>
    %s = vector.multi_reduction <add>, %0, %zero [0] : vector<8xf32> to f32
    %xb = arith.mulf %xv, %bv fastmath<reassoc> : vector<8xf32>
    %1 = arith.mulf %xb, %dv fastmath<reassoc> : vector<8xf32>
    %t = vector.multi_reduction <add>, %1, %zero [0] : vector<8xf32> to f32
    row.yield %s, %t : f32, f32
  }
  return %y#0, %y#1 : tensor<?xf32>, tensor<?xf32>
}

// A factor of heads leaves a sum over the row: over the heads' columns first,
// then over the heads.
// CHECK-LABEL: func @heads
// CHECK:         %[[OF_HEADS:.+]] = vector.multi_reduction <add>, %{{.+}} [1] : vector<2x4xf32> to vector<2xf32>
// CHECK:         %[[T:.+]] = math.tanh %[[OF_HEADS]] : vector<2xf32>
// CHECK:         %[[SUMS:.+]] = vector.multi_reduction <add>, %{{.+}} [1] : vector<2x4xf32> to vector<2xf32>
// CHECK:         %[[SCALED:.+]] = arith.mulf %{{.+}}, %{{.+}} : vector<2xf32>
// CHECK:         vector.multi_reduction <add>, %[[SCALED]], %{{.+}} [0] : vector<2xf32> to f32
func.func @heads(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row) outs(%i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %zeros = arith.constant dense<0.0> : vector<2xf32>
    %h = vector.shape_cast %xv : vector<8xf32> to vector<2x4xf32>
    %s = vector.multi_reduction <add>, %h, %zeros [1] : vector<2x4xf32> to vector<2xf32>
    %t = math.tanh %s : vector<2xf32>
    %c = vector.shape_cast %t : vector<2xf32> to vector<2x1xf32>
    %b = vector.broadcast %c : vector<2x1xf32> to vector<2x4xf32>
    %f = vector.shape_cast %b : vector<2x4xf32> to vector<8xf32>
    %p = arith.mulf %dv, %f fastmath<reassoc> : vector<8xf32>
    %u = vector.multi_reduction <add>, %p, %zero [0] : vector<8xf32> to f32
    row.yield %u : f32
  }
  return %y : tensor<?xf32>
}

// Terms of rows are taken apart in a free sum: r * d + r * x = r * (d + x).
// CHECK-LABEL: func @free
// CHECK:         %[[SUM:.+]] = arith.addf
// CHECK:         %[[TOTAL:.+]] = vector.multi_reduction <add>, %[[SUM]]
// CHECK:         arith.mulf %{{.*}}%[[TOTAL]]
// CHECK-LABEL: func @not_free
// CHECK-COUNT-2: multi_reduction
// CHECK-NOT:     multi_reduction
func.func @free(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row) outs(%i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %q = arith.mulf %xv, %xv : vector<8xf32>
    %r = vector.multi_reduction <add>, %q, %zero [0] : vector<8xf32> to f32
    %b = vector.broadcast %r : f32 to vector<8xf32>
    %p = arith.mulf %dv, %b fastmath<reassoc> : vector<8xf32>
    %s = math.fma %b, %xv, %p fastmath<reassoc> : vector<8xf32>
    %u = vector.multi_reduction <add>, %s, %zero [0] : vector<8xf32> to f32
    row.yield %u : f32
  }
  return %y : tensor<?xf32>
}
func.func @not_free(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row) outs(%i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %q = arith.mulf %xv, %xv : vector<8xf32>
    %r = vector.multi_reduction <add>, %q, %zero [0] : vector<8xf32> to f32
    %b = vector.broadcast %r : f32 to vector<8xf32>
    %p = arith.mulf %dv, %b : vector<8xf32>
    %s = math.fma %b, %xv, %p : vector<8xf32>
    %u = vector.multi_reduction <add>, %s, %zero [0] : vector<8xf32> to f32
    row.yield %u : f32
  }
  return %y : tensor<?xf32>
}

// A mean that is taken away is never distributed, even in a free sum; one that is
// taken away a second time is a correction, and is.
// CHECK-LABEL: func @mean
// CHECK-COUNT-2: multi_reduction
// CHECK-NOT:     multi_reduction
// CHECK-LABEL: func @correction
// CHECK-COUNT-4: multi_reduction
func.func @mean(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row) outs(%i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %part = arith.constant 0.125 : f32
    %s = vector.multi_reduction <add>, %xv, %zero [0] : vector<8xf32> to f32
    %m = arith.mulf %s, %part : f32
    %b = vector.broadcast %m : f32 to vector<8xf32>
    %c = arith.subf %xv, %b : vector<8xf32>
    %p = arith.mulf %dv, %c fastmath<reassoc> : vector<8xf32>
    %u = vector.multi_reduction <add>, %p, %zero [0] : vector<8xf32> to f32
    row.yield %u : f32
  }
  return %y : tensor<?xf32>
}
func.func @correction(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row) outs(%i : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %part = arith.constant 0.125 : f32
    %s = vector.multi_reduction <add>, %xv, %zero [0] : vector<8xf32> to f32
    %m = arith.mulf %s, %part : f32
    %b = vector.broadcast %m : f32 to vector<8xf32>
    %c = arith.subf %xv, %b : vector<8xf32>
    %s2 = vector.multi_reduction <add>, %c, %zero [0] : vector<8xf32> to f32
    %m2 = arith.mulf %s2, %part : f32
    %b2 = vector.broadcast %m2 : f32 to vector<8xf32>
    %c2 = arith.subf %c, %b2 : vector<8xf32>
    %p = arith.mulf %dv, %c2 fastmath<reassoc> : vector<8xf32>
    %u = vector.multi_reduction <add>, %p, %zero [0] : vector<8xf32> to f32
    row.yield %u : f32
  }
  return %y : tensor<?xf32>
}
