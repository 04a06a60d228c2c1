// RUN: seednorm-opt %s --split-input-file --row-fuse --canonicalize | FileCheck %s

// A result that only the second program reads is not stored.
// CHECK-LABEL: func @producer
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xbf16>, %[[N:.*]]: index)
// CHECK:         %[[Y:.*]] = row.program ins(%[[X]] : tensor<?x8xbf16> by row)
// CHECK:         ^bb0(%[[V:.*]]: vector<8xbf16>):
// CHECK-NEXT:      %[[WIDE:.*]] = arith.extf %[[V]]
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[WIDE]], %[[WIDE]]
// CHECK-NEXT:      %[[ROUNDED:.*]] = arith.truncf %[[SQUARE]]
// CHECK-NEXT:      %[[NEGATED:.*]] = arith.negf %[[ROUNDED]]
// CHECK-NEXT:      row.yield %[[NEGATED]] : vector<8xbf16>
// CHECK:         return %[[Y]]
func.func @producer(%x: tensor<?x8xbf16>, %n: index) -> tensor<?x8xbf16> {
  %empty = tensor.empty(%n) : tensor<?x8xbf16>
  %square = row.program ins(%x : tensor<?x8xbf16> by row)
      outs(%empty : tensor<?x8xbf16> by row) {
  ^bb0(%v: vector<8xbf16>):
    %wide = arith.extf %v : vector<8xbf16> to vector<8xf32>
    %s = arith.mulf %wide, %wide : vector<8xf32>
    %r = arith.truncf %s : vector<8xf32> to vector<8xbf16>
    row.yield %r : vector<8xbf16>
  }
  %y = row.program ins(%square : tensor<?x8xbf16> by row)
      outs(%empty : tensor<?x8xbf16> by row) {
  ^bb0(%v: vector<8xbf16>):
    %m = arith.negf %v : vector<8xbf16>
    row.yield %m : vector<8xbf16>
  }
  return %y : tensor<?x8xbf16>
}

// -----

// A result with other uses is kept; the row scale and the parameter, too, are
// operands of the fused program. The use in between comes after it.
// CHECK-LABEL: func @kept
// CHECK:         %[[P:.*]]:2 = row.program
// CHECK-SAME:      ins(%{{.*}} : tensor<?x8xf32> by row, %{{.*}} : tensor<?xf32> by row, %{{.*}} : tensor<8xf32> shared)
// CHECK:           row.yield %{{.*}}, %{{.*}} : vector<8xf32>, vector<8xf32>
// CHECK:         return %[[P]]#0, %[[P]]#1
func.func @kept(%x: tensor<?x8xf32>, %s: tensor<?xf32>, %g: tensor<8xf32>,
                %n: index) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %empty = tensor.empty(%n) : tensor<?x8xf32>
  %h = row.program ins(%x : tensor<?x8xf32> by row, %s : tensor<?xf32> by row)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %f: f32):
    %b = vector.broadcast %f : f32 to vector<8xf32>
    %m = arith.mulf %v, %b : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  %y = row.program ins(%h : tensor<?x8xf32> by row, %g : tensor<8xf32> shared)
      outs(%empty : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>, %p: vector<8xf32>):
    %m = arith.addf %v, %p : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  return %h, %y : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

// Siblings read their rows once.
// CHECK-LABEL: func @siblings
// CHECK:         row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf32> by row) outs(
// CHECK-NOT:     row.program
func.func @siblings(%x: tensor<?x8xf32>, %n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %empty = tensor.empty(%n) : tensor<?xf32>
  %sum = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%empty : tensor<?xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %zero = arith.constant 0.0 : f32
    %s = vector.multi_reduction <add>, %v, %zero [0] : vector<8xf32> to f32
    row.yield %s : f32
  }
  %max = row.program ins(%x : tensor<?x8xf32> by row)
      outs(%empty : tensor<?xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %zero = arith.constant 0xFF800000 : f32
    %s = vector.multi_reduction <maximumf>, %v, %zero [0] : vector<8xf32> to f32
    row.yield %s : f32
  }
  return %sum, %max : tensor<?xf32>, tensor<?xf32>
}

// -----

// Short rows are parts of long ones.
// CHECK-LABEL: func @longer_rows
// CHECK:         row.program ins(%{{[a-z0-9]+}} : tensor<?x4x8xf32> by row) outs(
// CHECK-NEXT:    ^bb0(%[[V:.+]]: vector<4x8xf32>):
// CHECK-NEXT:      %[[Y:.+]] = arith.mulf %[[V]], %[[V]] : vector<4x8xf32>
// CHECK-NEXT:      row.yield %[[Y]]
// CHECK-NOT:     row.program
func.func @longer_rows(%x: tensor<?x4x8xf32>, %n: index) -> tensor<?x4x8xf32> {
  %empty = tensor.empty(%n) : tensor<?x4x8xf32>
  %h = row.program ins(%x : tensor<?x4x8xf32> by row)
      outs(%empty : tensor<?x4x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %m = arith.negf %v : vector<8xf32>
    row.yield %m : vector<8xf32>
  }
  %y = row.program ins(%h : tensor<?x4x8xf32> by row)
      outs(%empty : tensor<?x4x8xf32> by row) {
  ^bb0(%v: vector<4x8xf32>):
    %m = arith.mulf %v, %v : vector<4x8xf32>
    row.yield %m : vector<4x8xf32>
  }
  return %y : tensor<?x4x8xf32>
}
