// RUN: seednorm-opt %s --convert-norm-to-row --canonicalize --cse --verify-each | FileCheck %s

// What upstream canonicalisation makes of a body must stay in the closed list:
// the verifier runs after every pass.

// One column: reductions become extracts.
// CHECK-LABEL: func @one_column
// CHECK-NOT: multi_reduction
// CHECK: vector.extract {{.*}}[0] : f32 from vector<1xf32>
func.func @one_column(%x: tensor<?x1xbf16>, %p: tensor<1xf32>) -> tensor<?x1xbf16> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 : tensor<?x1xbf16>, tensor<1xf32>
  return %y : tensor<?x1xbf16>
}

// As many heads as columns: the dot product is the product.
// CHECK-LABEL: func @head_per_column
// CHECK: vector.multi_reduction <add>, {{.*}} [0] : vector<8xf32> to f32
// CHECK-NOT: multi_reduction
// CHECK: math.tanh {{.*}} : vector<8xf32>
func.func @head_per_column(%x: tensor<?x8xf32>, %p: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads 8 : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// One head, written with a dimension for it.
// CHECK-LABEL: func @one_head
// CHECK: row.program
// CHECK: vector.multi_reduction
func.func @one_head(%x: tensor<?x8xf32>, %y0: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%y0 : tensor<?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    %zero = arith.constant dense<0.0> : vector<1xf32>
    %head = vector.shape_cast %xv : vector<8xf32> to vector<1x8xf32>
    %sum = vector.multi_reduction <add>, %head, %zero [1] : vector<1x8xf32> to vector<1xf32>
    %column = vector.shape_cast %sum : vector<1xf32> to vector<1x1xf32>
    %spread = vector.broadcast %column : vector<1x1xf32> to vector<1x8xf32>
    %row = vector.shape_cast %spread : vector<1x8xf32> to vector<8xf32>
    %scalar = vector.extract %sum[0] : f32 from vector<1xf32>
    %t = math.tanh %scalar : f32
    %ts = vector.broadcast %t : f32 to vector<8xf32>
    %o = arith.addf %row, %ts : vector<8xf32>
    row.yield %o : vector<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// One column and a single head in the generic spelling.
// CHECK-LABEL: func @one_by_one
// CHECK-NOT: multi_reduction
// CHECK: row.yield
func.func @one_by_one(%x: tensor<?x1xf32>, %y0: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %y = row.program ins(%x : tensor<?x1xf32> by row) outs(%y0 : tensor<?x1xf32> by row) {
  ^bb0(%xv: vector<1xf32>):
    %one = arith.constant 1.0 : f32
    %s = vector.multi_reduction <add>, %xv, %one [0] : vector<1xf32> to f32
    %t = vector.reduction <maximumf>, %xv : vector<1xf32> into f32
    %u = arith.addf %s, %t : f32
    %b = vector.broadcast %u : f32 to vector<1xf32>
    row.yield %b : vector<1xf32>
  }
  return %y : tensor<?x1xf32>
}
