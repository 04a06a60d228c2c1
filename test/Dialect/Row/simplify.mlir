// RUN: seednorm-opt %s --split-input-file --row-simplify --canonicalize --cse | FileCheck %s
// RUN: seednorm-opt %s --split-input-file --row-simplify=strict --canonicalize --cse | FileCheck %s --check-prefix=STRICT

// The dot product of a normalized row does not wait for the norm.
// CHECK-LABEL: func @dot_of_normalized
// CHECK:         ^bb0(%[[X:.*]]: vector<64xf32>, %[[B:.*]]: vector<64xf32>):
// CHECK:           %[[SQUARES:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:           %[[SUM:.*]] = vector.multi_reduction <add>, %[[SQUARES]]
// CHECK:           %[[R:.*]] = math.rsqrt %[[SUM]] : f32
// CHECK:           %[[PRODUCTS:.*]] = arith.mulf %[[X]], %[[B]]
// CHECK:           %[[DOT:.*]] = vector.multi_reduction <add>, %[[PRODUCTS]]
// CHECK:           %[[S:.*]] = arith.mulf %[[R]], %[[DOT]] : f32
// CHECK:           row.yield %[[S]] : f32
// STRICT-LABEL: func @dot_of_normalized
// STRICT:           %[[R:.*]] = vector.broadcast
// STRICT:           %[[N:.*]] = arith.mulf %{{.*}}, %[[R]] : vector<64xf32>
// STRICT:           %[[P:.*]] = arith.mulf %{{.*}}, %[[N]] : vector<64xf32>
// STRICT:           %[[S:.*]] = vector.multi_reduction <add>, %[[P]]
// STRICT:           row.yield %[[S]] : f32
func.func @dot_of_normalized(%x: tensor<?x64xf32>, %b: tensor<64xf32>,
                             %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row, %b : tensor<64xf32> shared)
      outs(%i : tensor<?xf32> by row) {
  ^bb0(%v: vector<64xf32>, %w: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %q = arith.mulf %v, %v : vector<64xf32>
    %ss = vector.multi_reduction <add>, %q, %zero [0] : vector<64xf32> to f32
    %wide = vector.broadcast %ss : f32 to vector<64xf32>
    %r = math.rsqrt %wide : vector<64xf32>
    %n = arith.mulf %v, %r : vector<64xf32>
    %p = arith.mulf %n, %w : vector<64xf32>
    %s = vector.multi_reduction <add>, %p, %zero [0] : vector<64xf32> to f32
    row.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// -----

// A product with a sum of parameters is split; what has the same factors is
// summed together. The sum starts where it was told to.
// CHECK-LABEL: func @split
// CHECK:         ^bb0(%[[X:.*]]: vector<64xf32>, %[[A:.*]]: vector<64xf32>, %[[G:.*]]: vector<64xf32>, %[[W:.*]]: vector<64xf32>, %[[INIT:.*]]: f32):
// CHECK:           %[[T:.*]] = vector.multi_reduction <add>, %[[X]]
// CHECK:           %[[XA:.*]] = arith.mulf %[[X]], %[[A]]
// CHECK:           %[[SA:.*]] = vector.multi_reduction <add>, %[[XA]]
// CHECK:           %[[TSA:.*]] = arith.mulf %[[T]], %[[SA]] : f32
// CHECK:           %[[FIRST:.*]] = arith.addf %[[INIT]], %[[TSA]] : f32
// CHECK:           %[[XG:.*]] = arith.mulf %[[X]], %[[G]]
// CHECK:           %[[XW:.*]] = arith.mulf %[[X]], %[[W]]
// CHECK:           %[[BOTH:.*]] = arith.addf %[[XG]], %[[XW]]
// CHECK:           %[[SG:.*]] = vector.multi_reduction <add>, %[[BOTH]]
// CHECK:           %[[ALL:.*]] = arith.addf %[[FIRST]], %[[SG]] : f32
// CHECK:           row.yield %[[ALL]] : f32
func.func @split(%x: tensor<?x64xf32>, %a: tensor<64xf32>, %g: tensor<64xf32>, %w: tensor<64xf32>,
                 %s: tensor<?xf32>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row, %a : tensor<64xf32> shared,
                       %g : tensor<64xf32> shared, %w : tensor<64xf32> shared, %s : tensor<?xf32> by row)
      outs(%i : tensor<?xf32> by row) {
  ^bb0(%v: vector<64xf32>, %aa: vector<64xf32>, %gg: vector<64xf32>, %ww: vector<64xf32>, %init: f32):
    %zero = arith.constant 0.0 : f32
    %t = vector.multi_reduction <add>, %v, %zero [0] : vector<64xf32> to f32
    %wide = vector.broadcast %t : f32 to vector<64xf32>
    %tag = math.fma %wide, %aa, %gg : vector<64xf32>
    %tagw = arith.addf %tag, %ww : vector<64xf32>
    %p = arith.mulf %v, %tagw : vector<64xf32>
    %sum = vector.multi_reduction <add>, %p, %init [0] : vector<64xf32> to f32
    row.yield %sum : f32
  }
  return %y : tensor<?xf32>
}

// -----

// What is added to the row itself may cancel it, whatever its sign; and a
// square of a sum is no sum of squares, nor one of fused products.
// CHECK-LABEL: func @whole
// CHECK:         ^bb0(%[[X:.*]]: vector<64xf32>, %[[U:.*]]: vector<64xf32>, %[[W:.*]]: vector<64xf32>):
// CHECK:           %[[C:.*]] = math.fma %{{.*}}, %[[U]], %[[X]]
// CHECK:           %[[P:.*]] = arith.mulf %[[U]], %[[C]]
// CHECK:           vector.multi_reduction <add>, %[[P]]
// CHECK:           %[[F:.*]] = math.fma %[[G:.*]], %[[G]], %{{.*}} : vector<64xf32>
// CHECK:           vector.multi_reduction <add>, %[[F]]
func.func @whole(%x: tensor<?x64xf32>, %u: tensor<64xf32>, %w: tensor<64xf32>, %i: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %y:2 = row.program ins(%x : tensor<?x64xf32> by row, %u : tensor<64xf32> shared, %w : tensor<64xf32> shared)
      outs(%i : tensor<?xf32> by row, %i : tensor<?xf32> by row) {
  ^bb0(%v: vector<64xf32>, %a: vector<64xf32>, %b: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %t = vector.multi_reduction <add>, %v, %zero [0] : vector<64xf32> to f32
    %wide = vector.broadcast %t : f32 to vector<64xf32>
    %c = math.fma %wide, %a, %v : vector<64xf32>
    %p = arith.mulf %c, %a : vector<64xf32>
    %s = vector.multi_reduction <add>, %p, %zero [0] : vector<64xf32> to f32
    %g = math.fma %wide, %a, %b : vector<64xf32>
    %ta = arith.mulf %wide, %a : vector<64xf32>
    %f = math.fma %g, %g, %ta : vector<64xf32>
    %q = vector.multi_reduction <add>, %f, %zero [0] : vector<64xf32> to f32
    row.yield %s, %q : f32, f32
  }
  return %y#0, %y#1 : tensor<?xf32>, tensor<?xf32>
}

// -----

// Quotients by the row's length, in two heads: the total is divided.
// CHECK-LABEL: func @heads
// CHECK:           %[[L:.*]] = vector.multi_reduction <add>, %{{.*}} [0] : vector<64xf32> to f32
// CHECK:           %[[H:.*]] = vector.multi_reduction <add>, %{{.*}} [1] : vector<2x32xf32> to vector<2xf32>
// CHECK:           %[[W:.*]] = vector.broadcast %[[L]] : f32 to vector<2xf32>
// CHECK:           %[[Q:.*]] = arith.divf %[[H]], %[[W]] : vector<2xf32>
// CHECK:           row.yield %[[Q]] : vector<2xf32>
func.func @heads(%x: tensor<?x64xf32>, %i: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row)
      outs(%i : tensor<?x2xf32> by row) {
  ^bb0(%v: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %zeros = arith.constant dense<0.0> : vector<2xf32>
    %abs = math.absf %v : vector<64xf32>
    %l = vector.multi_reduction <add>, %abs, %zero [0] : vector<64xf32> to f32
    %wide = vector.broadcast %l : f32 to vector<64xf32>
    %n = arith.divf %v, %wide : vector<64xf32>
    %h = vector.shape_cast %n : vector<64xf32> to vector<2x32xf32>
    %s = vector.multi_reduction <add>, %h, %zeros [1]
        : vector<2x32xf32> to vector<2xf32>
    row.yield %s : vector<2xf32>
  }
  return %y : tensor<?x2xf32>
}

// -----

// A variance stays around its mean, and a factor in the square that it keeps in
// range.
// CHECK-LABEL: func @kept
// CHECK:           %[[D:.*]] = arith.subf %{{.*}}, %{{.*}} : vector<64xf32>
// CHECK:           %[[DD:.*]] = arith.mulf %[[D]], %[[D]] : vector<64xf32>
// CHECK:           vector.multi_reduction <add>, %[[DD]]
// CHECK:           %[[U:.*]] = arith.divf %{{.*}}, %{{.*}} : f32
// CHECK:           %[[WIDE:.*]] = vector.broadcast %[[U]] : f32 to vector<64xf32>
// CHECK:           %[[N:.*]] = arith.mulf %{{.*}}, %[[WIDE]] : vector<64xf32>
// CHECK:           %[[NN:.*]] = arith.mulf %[[N]], %[[N]] : vector<64xf32>
// CHECK:           vector.multi_reduction <add>, %[[NN]]
func.func @kept(%x: tensor<?x64xf32>, %i: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %y:2 = row.program ins(%x : tensor<?x64xf32> by row)
      outs(%i : tensor<?xf32> by row, %i : tensor<?xf32> by row) {
  ^bb0(%v: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %sum = vector.multi_reduction <add>, %v, %zero [0] : vector<64xf32> to f32
    %wide = vector.broadcast %sum : f32 to vector<64xf32>
    %d = arith.subf %v, %wide : vector<64xf32>
    %dd = arith.mulf %d, %d : vector<64xf32>
    %var = vector.multi_reduction <add>, %dd, %zero [0] : vector<64xf32> to f32
    %u = arith.divf %one, %sum : f32
    %uu = vector.broadcast %u : f32 to vector<64xf32>
    %n = arith.mulf %v, %uu : vector<64xf32>
    %nn = arith.mulf %n, %n : vector<64xf32>
    %ss = vector.multi_reduction <add>, %nn, %zero [0] : vector<64xf32> to f32
    row.yield %var, %ss : f32, f32
  }
  return %y#0, %y#1 : tensor<?xf32>, tensor<?xf32>
}

// -----

// A difference in disguise stays whole, too.
// CHECK-LABEL: func @negative
// CHECK-COUNT-2: vector.multi_reduction
// CHECK-NOT:     vector.multi_reduction
func.func @negative(%x: tensor<?x64xf32>, %w: tensor<64xf32>, %i: tensor<?xf32>)
    -> tensor<?xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row, %w : tensor<64xf32> shared)
      outs(%i : tensor<?xf32> by row) {
  ^bb0(%v: vector<64xf32>, %g: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %sum = vector.multi_reduction <add>, %v, %zero [0] : vector<64xf32> to f32
    %minus = arith.negf %sum : f32
    %wide = vector.broadcast %minus : f32 to vector<64xf32>
    %m = arith.mulf %wide, %g : vector<64xf32>
    %d = arith.addf %v, %m : vector<64xf32>
    %p = arith.mulf %d, %g : vector<64xf32>
    %s = vector.multi_reduction <add>, %p, %zero [0] : vector<64xf32> to f32
    row.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// -----

// In bf16 every product is rounded: sums keep what they add.
// CHECK-LABEL: func @rounded
// CHECK:           %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} : vector<64xbf16>
// CHECK:           vector.multi_reduction <add>, %[[P]]
func.func @rounded(%x: tensor<?x64xbf16>, %i: tensor<?xbf16>) -> tensor<?xbf16> {
  %y = row.program ins(%x : tensor<?x64xbf16> by row)
      outs(%i : tensor<?xbf16> by row) {
  ^bb0(%v: vector<64xbf16>):
    %zero = arith.constant 0.0 : bf16
    %sum = vector.multi_reduction <add>, %v, %zero [0] : vector<64xbf16> to bf16
    %wide = vector.broadcast %sum : bf16 to vector<64xbf16>
    %p = arith.mulf %v, %wide : vector<64xbf16>
    %s = vector.multi_reduction <add>, %p, %zero [0] : vector<64xbf16> to bf16
    row.yield %s : bf16
  }
  return %y : tensor<?xbf16>
}

// -----

// A quotient is a product where its flags allow it; equal products are found in
// either order.
// CHECK-LABEL: func @flags
// CHECK:         ^bb0(%[[X:.*]]: vector<64xf32>, %[[S:.*]]: f32):
// CHECK:           %[[R:.*]] = arith.divf %{{.*}}, %[[S]] : f32
// CHECK:           %[[WIDE:.*]] = vector.broadcast %[[R]]
// CHECK:           %[[P:.*]] = arith.mulf %[[X]], %[[WIDE]] fastmath<arcp>
// CHECK:           %[[Q:.*]] = arith.divf %[[X]], %{{.*}} : vector<64xf32>
// CHECK:           %[[PQ:.*]] = arith.mulf %[[P]], %[[Q]]
// CHECK:           %[[TWICE:.*]] = arith.addf %[[PQ]], %[[PQ]]
// CHECK:           row.yield %[[TWICE]]
// STRICT-LABEL: func @flags
// STRICT:           arith.divf %{{.*}} fastmath<arcp> : vector<64xf32>
func.func @flags(%x: tensor<?x64xf32>, %s: tensor<?xf32>, %i: tensor<?x64xf32>)
    -> tensor<?x64xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row, %s : tensor<?xf32> by row)
      outs(%i : tensor<?x64xf32> by row) {
  ^bb0(%v: vector<64xf32>, %u: f32):
    %wide = vector.broadcast %u : f32 to vector<64xf32>
    %p = arith.divf %v, %wide fastmath<arcp> : vector<64xf32>
    %q = arith.divf %v, %wide : vector<64xf32>
    %pq = arith.mulf %p, %q : vector<64xf32>
    %qp = arith.mulf %q, %p : vector<64xf32>
    %sum = arith.addf %pq, %qp : vector<64xf32>
    row.yield %sum : vector<64xf32>
  }
  return %y : tensor<?x64xf32>
}

// -----

// A square however it is spelled.
// CHECK-LABEL: func @powers
// CHECK:           %[[SQUARE:.*]] = arith.mulf %[[X:.*]], %[[X]] : vector<64xf32>
// CHECK-NEXT:      %[[TWICE:.*]] = arith.addf %[[SQUARE]], %[[SQUARE]]
// CHECK-NEXT:      row.yield %[[TWICE]]
func.func @powers(%x: tensor<?x64xf32>, %i: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = row.program ins(%x : tensor<?x64xf32> by row) outs(%i : tensor<?x64xf32> by row) {
  ^bb0(%v: vector<64xf32>):
    %two = arith.constant dense<2.0> : vector<64xf32>
    %p = math.powf %v, %two : vector<64xf32>
    %q = arith.mulf %v, %v : vector<64xf32>
    %s = arith.addf %p, %q : vector<64xf32>
    row.yield %s : vector<64xf32>
  }
  return %y : tensor<?x64xf32>
}
