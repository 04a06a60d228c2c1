// RUN: seednorm-opt %s --results-to-destinations | FileCheck %s

// CHECK-LABEL: func.func @static_and_dynamic(
// CHECK-SAME:      %[[X:[^:]+]]: tensor<?x4xf32> {bufferization.writable = false},
// CHECK-SAME:      %[[Y:[^:]+]]: memref<?x4xf32> {seednorm.name = "y", seednorm.result = 0 : i64, seednorm.shape = {{\[}}[0, 0], 4]}) {
// CHECK:         bufferization.materialize_in_destination %[[X]] in restrict writable %[[Y]]
// CHECK:         return
// CHECK-NOT:     :
func.func @static_and_dynamic(%x: tensor<?x4xf32>)
    -> (tensor<?x4xf32> {seednorm.name = "y"}) {
  return %x : tensor<?x4xf32>
}

// Other results stay; a value may be returned twice.
// CHECK-LABEL: func.func @mixed(
// CHECK-SAME:      %[[Y0:[^:]+]]: memref<?xf32> {seednorm.result = 0 : i64, seednorm.shape = {{\[}}[0, 0]]},
// CHECK-SAME:      %[[Y1:[^:]+]]: memref<?xf32> {seednorm.result = 2 : i64, seednorm.shape = {{\[}}[0, 0]]}) -> f32
// CHECK:         materialize_in_destination %[[V:.+]] in restrict writable %[[Y0]]
// CHECK:         materialize_in_destination %[[V]] in restrict writable %[[Y1]]
// CHECK:         return %{{.*}} : f32
func.func @mixed(%x: tensor<?xf32>, %s: f32) -> (tensor<?xf32>, f32, tensor<?xf32>) {
  return %x, %s, %x : tensor<?xf32>, f32, tensor<?xf32>
}

// A size is followed through the ops that compute the result; what was built to
// ask them is gone.
// CHECK-LABEL: func.func @traced(
// CHECK-SAME:      seednorm.shape = {{\[}}[1, 2], [0, 0], 8]
// CHECK-COUNT-2: tensor.dim
// CHECK-NOT:     tensor.dim
func.func @traced(%x: tensor<?x8xf32>, %y: tensor<3x?x?xf32>) -> tensor<?x?x8xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %m = tensor.dim %y, %c2 : tensor<3x?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?x8xf32>
  %r = row.program ins(%x : tensor<?x8xf32> by cycle 1)
      outs(%e : tensor<?x?x8xf32> by row) {
  ^bb0(%xv: vector<8xf32>):
    row.yield %xv : vector<8xf32>
  }
  return %r : tensor<?x?x8xf32>
}

// Functions that nothing outside calls keep their results.
// CHECK-LABEL: func.func private @private(
// CHECK:         return %{{.*}} : tensor<4xf32>
func.func private @private(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// CHECK: func.func private @declaration(tensor<4xf32>) -> tensor<4xf32>
func.func private @declaration(tensor<4xf32>) -> tensor<4xf32>

// Whoever says that an argument may be written means it.
// CHECK-LABEL: func.func @writable_argument(
// CHECK-SAME:      %{{[^:]+}}: tensor<4xf32> {bufferization.writable = true},
func.func @writable_argument(%x: tensor<4xf32> {bufferization.writable = true})
    -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
