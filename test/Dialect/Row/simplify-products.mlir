// RUN: seednorm-opt %s --row-simplify --canonicalize --cse | FileCheck %s
// RUN: seednorm-opt %s --row-simplify=strict --canonicalize --cse | FileCheck %s --check-prefix=STRICT

// A sum has x * d anyway: what is left of t * ((x * r) * d) is one product.
// CHECK-LABEL: func @shared
// CHECK:       ^bb0(%[[X:.+]]: vector<8xf32>, %[[D:.+]]: vector<8xf32>, %[[R:.+]]: f32, %[[T:.+]]: f32):
// CHECK-DAG:     %[[P:.+]] = arith.mulf %[[X]], %[[D]] : vector<8xf32>
// CHECK-DAG:     %[[RT:.+]] = arith.mulf %[[R]], %[[T]] fastmath<reassoc> : f32
// CHECK:         %[[SPREAD:.+]] = vector.broadcast %[[RT]]
// CHECK:         %[[Y:.+]] = arith.mulf %[[P]], %[[SPREAD]] fastmath<reassoc>
// CHECK:         multi_reduction <add>, %[[P]]
// CHECK:         row.yield %[[Y]]
// STRICT-LABEL: func @shared
// STRICT-NOT:   arith.mulf %{{.*}} : f32
// STRICT:       row.yield
func.func @shared(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %r: tensor<?xf32>, %t: tensor<?xf32>, %i: tensor<?x8xf32>, %j: tensor<?xf32>) -> (tensor<?x8xf32>, tensor<?xf32>) {
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row, %r : tensor<?xf32> by row, %t : tensor<?xf32> by row)
      outs(%i : tensor<?x8xf32> by row, %j : tensor<?xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>, %rv: f32, %tv: f32):
    %zero = arith.constant 0.0 : f32
    %rs = vector.broadcast %rv : f32 to vector<8xf32>
    %ts = vector.broadcast %tv : f32 to vector<8xf32>
    %xr = arith.mulf %xv, %rs : vector<8xf32>
    %xrd = arith.mulf %xr, %dv fastmath<reassoc> : vector<8xf32>
    %txrd = arith.mulf %ts, %xrd fastmath<reassoc> : vector<8xf32>
    %xd = arith.mulf %xv, %dv : vector<8xf32>
    %s = vector.multi_reduction <add>, %xd, %zero [0] : vector<8xf32> to f32
    row.yield %txrd, %s : vector<8xf32>, f32
  }
  return %y#0, %y#1 : tensor<?x8xf32>, tensor<?xf32>
}

// Factors of heads: r is multiplied once a head.
// CHECK-LABEL: func @heads
// CHECK:       ^bb0(%[[X:.+]]: vector<8xf32>, %[[R:.+]]: f32, %[[T:.+]]: vector<2xf32>):
// CHECK:         %[[RS:.+]] = vector.broadcast %[[R]] : f32 to vector<2x1xf32>
// CHECK:         arith.mulf {{.*}}%[[RS]]{{.*}} fastmath<reassoc> : vector<2x1xf32>
// CHECK:         arith.mulf %[[X]], %{{.+}} fastmath<reassoc> : vector<8xf32>
// CHECK-NOT:     arith.mulf
// CHECK:         row.yield
func.func @heads(%x: tensor<?x8xf32>, %r: tensor<?xf32>, %t: tensor<?x2xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row, %r : tensor<?xf32> by row, %t : tensor<?x2xf32> by row)
      outs(%i : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %rv: f32, %tv: vector<2xf32>):
    %rs = vector.broadcast %rv : f32 to vector<8xf32>
    %c = vector.shape_cast %tv : vector<2xf32> to vector<2x1xf32>
    %b = vector.broadcast %c : vector<2x1xf32> to vector<2x4xf32>
    %ts = vector.shape_cast %b : vector<2x4xf32> to vector<8xf32>
    %xr = arith.mulf %xv, %rs : vector<8xf32>
    %p = arith.mulf %xr, %ts fastmath<reassoc> : vector<8xf32>
    row.yield %p : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// Nothing is won where nothing else has x * d: x * r is needed anyway.
// CHECK-LABEL: func @stays
// CHECK:       ^bb0(%[[X:.+]]: vector<8xf32>, %[[D:.+]]: vector<8xf32>, %[[R:.+]]: f32):
// CHECK:         %[[XR:.+]] = arith.mulf %[[X]], %{{.+}} : vector<8xf32>
// CHECK:         %[[XRD:.+]] = arith.mulf %{{.*}}%[[XR]]{{.*}} fastmath<reassoc>
// CHECK:         row.yield %[[XRD]], %[[XR]]
func.func @stays(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %r: tensor<?xf32>, %i: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row, %r : tensor<?xf32> by row)
      outs(%i : tensor<?x8xf32> by row, %i : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>, %rv: f32):
    %rs = vector.broadcast %rv : f32 to vector<8xf32>
    %xr = arith.mulf %xv, %rs : vector<8xf32>
    %xrd = arith.mulf %xr, %dv fastmath<reassoc> : vector<8xf32>
    row.yield %xrd, %xr : vector<8xf32>, vector<8xf32>
  }
  return %y#0, %y#1 : tensor<?x8xf32>, tensor<?x8xf32>
}

// Without the flag, products stay in their order.
// CHECK-LABEL: func @ordered
// CHECK-COUNT-3: arith.mulf %{{.+}} : vector<8xf32>
// CHECK:         row.yield
func.func @ordered(%x: tensor<?x8xf32>, %d: tensor<?x8xf32>, %r: tensor<?xf32>, %i: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %y:2 = row.program ins(%x : tensor<?x8xf32> by row, %d : tensor<?x8xf32> by row, %r : tensor<?xf32> by row)
      outs(%i : tensor<?x8xf32> by row, %i : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>, %dv: vector<8xf32>, %rv: f32):
    %rs = vector.broadcast %rv : f32 to vector<8xf32>
    %xr = arith.mulf %xv, %rs : vector<8xf32>
    %xrd = arith.mulf %xr, %dv : vector<8xf32>
    %xd = arith.mulf %xv, %dv : vector<8xf32>
    row.yield %xrd, %xd : vector<8xf32>, vector<8xf32>
  }
  return %y#0, %y#1 : tensor<?x8xf32>, tensor<?x8xf32>
}
