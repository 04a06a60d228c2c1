// RUN: seednorm-opt %s --scalar-arguments | FileCheck %s

// CHECK-LABEL: func @scalars
// CHECK-SAME:    %[[X:.+]]: tensor<4xf32>, %[[S:.+]]: tensor<f32> {seednorm.name = "eps"}, %[[N:.+]]: tensor<i64>, %[[I:.+]]: index) -> (f32, i64)
// CHECK-DAG:     %[[SV:.+]] = tensor.extract %[[S]][] : tensor<f32>
// CHECK-DAG:     %[[NV:.+]] = tensor.extract %[[N]][] : tensor<i64>
// CHECK:         return %[[SV]], %[[NV]]
func.func @scalars(%x: tensor<4xf32>, %s: f32 {seednorm.name = "eps"}, %n: i64, %i: index) -> (f32, i64) {
  return %s, %n : f32, i64
}

// CHECK: func private @inner(%{{.+}}: f32) -> f32
func.func private @inner(%s: f32) -> f32 {
  return %s : f32
}
