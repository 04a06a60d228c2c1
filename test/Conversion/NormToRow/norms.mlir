// RUN: seednorm-opt %s --convert-norm-to-row --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func @seednorm
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xbf16>, %[[A:.+]]: tensor<8xf32>, %[[B:.+]]: tensor<8xf32>, %[[G:.+]]: tensor<8xf32>
// CHECK:         %[[Y:.+]] = row.program ins(%[[X]] : tensor<?x8xbf16> by row, %[[A]] : tensor<8xf32> shared, %[[B]] : tensor<8xf32> shared, %[[G]] : tensor<8xf32> shared)
// CHECK:         ^bb0(%[[XV:.+]]: vector<8xbf16>, %[[AV:.+]]: vector<8xf32>, %[[BV:.+]]: vector<8xf32>, %[[GV:.+]]: vector<8xf32>):
// CHECK:           %[[X32:.+]] = arith.extf %[[XV]]
// CHECK:           %[[SQUARE:.+]] = arith.mulf %[[X32]], %[[X32]]
// CHECK:           %[[SUM:.+]] = vector.multi_reduction <add>, %[[SQUARE]], %{{.*}} [0] : vector<8xf32> to f32
// CHECK:           %[[MEAN:.+]] = arith.mulf %[[SUM]], %{{.*}} : f32
// CHECK:           %[[SHIFTED:.+]] = arith.addf %[[MEAN]]
// CHECK:           %[[R:.+]] = math.rsqrt %[[SHIFTED]]
// CHECK:           %[[XB:.+]] = arith.mulf %[[X32]], %[[BV]]
// CHECK:           %[[DOT:.+]] = vector.multi_reduction <add>, %[[XB]]
// CHECK:           %[[T:.+]] = math.tanh %[[DOT]] : f32
// CHECK:           %[[TS:.+]] = vector.broadcast %[[T]]
// CHECK:           %[[TA:.+]] = arith.mulf %[[TS]], %[[AV]]
// CHECK:           %[[SCALE:.+]] = arith.addf %[[TA]], %[[GV]]
// CHECK:           %[[RS:.+]] = vector.broadcast %[[R]]
// CHECK:           %[[XR:.+]] = arith.mulf %[[X32]], %[[RS]]
// CHECK:           %[[Y32:.+]] = arith.mulf %[[SCALE]], %[[XR]]
// CHECK:           %[[Y16:.+]] = arith.truncf %[[Y32]]
// CHECK:           row.yield %[[Y16]]
func.func @seednorm(%x: tensor<?x8xbf16>, %a: tensor<8xf32>, %b: tensor<8xf32>, %g: tensor<8xf32>) -> tensor<?x8xbf16> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 : tensor<?x8xbf16>, tensor<8xf32>
  return %y : tensor<?x8xbf16>
}

// Heads are a dimension of the dot product; the mean stays one.
// CHECK-LABEL: func @heads
// CHECK: vector.multi_reduction <add>, {{.*}} [0] : vector<8xf32> to f32
// CHECK: vector.shape_cast {{.*}} : vector<8xf32> to vector<2x4xf32>
// CHECK: vector.multi_reduction <add>, {{.*}} [1] : vector<2x4xf32> to vector<2xf32>
// CHECK: arith.maximumf {{.*}} : vector<2xf32>
func.func @heads(%x: tensor<3x?x8xf32>, %p: tensor<8xf32>) -> tensor<3x?x8xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads 2 activation hardtanh : tensor<3x?x8xf32>, tensor<8xf32>
  return %y : tensor<3x?x8xf32>
}

// The offset is added in f32, to the extended parameter.
// CHECK-LABEL: func @offset
// CHECK: ^bb0(%{{.+}}: vector<8xbf16>, %[[GV:.+]]: vector<8xbf16>):
// CHECK-DAG: %[[ONE:.+]] = arith.constant dense<1.000000e+00> : vector<8xf32>
// CHECK-DAG: %[[G32:.+]] = arith.extf %[[GV]]
// CHECK: arith.addf %[[G32]], %[[ONE]] : vector<8xf32>
func.func @offset(%x: tensor<8xbf16>, %g: tensor<8xbf16>) -> tensor<8xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 gamma_offset 1.0 : tensor<8xbf16>, tensor<8xbf16>
  return %y : tensor<8xbf16>
}

// A constant parameter becomes part of the body.
// CHECK-LABEL: func @constant_beta
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf32> by row, %{{[a-z0-9]+}} : tensor<8xf32> shared) outs
func.func @constant_beta(%x: tensor<?x8xf32>, %p: tensor<8xf32>) -> tensor<?x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %y = norm.seednorm %x, %p, %zero, %p eps 1.0e-6 : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// Two levels of sums; the second holds two, which need the first only.
// CHECK-LABEL: func @layer_norm
// CHECK: %[[SUM:.+]] = vector.multi_reduction <add>
// CHECK: %[[MEAN:.+]] = arith.mulf %[[SUM]]
// CHECK: %[[MEANS:.+]] = vector.broadcast %[[MEAN]]
// CHECK: %[[C:.+]] = arith.subf %{{.+}}, %[[MEANS]]
// CHECK: vector.multi_reduction <add>, %[[C]]
// CHECK: %[[SQUARE:.+]] = arith.mulf %[[C]], %[[C]]
// CHECK: vector.multi_reduction <add>, %[[SQUARE]]
// CHECK-NOT: vector.multi_reduction
func.func @layer_norm(%x: tensor<?x8xf16>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<?x8xf16> {
  %y = norm.layer_norm %x, %g bias %b eps 1.0e-5 : tensor<?x8xf16>, tensor<8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf16>
}

// The mean covers three columns, whatever the others hold.
// CHECK-LABEL: func @partial
// CHECK-DAG: %[[COUNT:.+]] = arith.constant dense<3> : vector<8xindex>
// CHECK-DAG: %[[STEP:.+]] = vector.step : vector<8xindex>
// CHECK: %[[KEPT:.+]] = arith.cmpi ult, %[[STEP]], %[[COUNT]]
// CHECK: arith.select %[[KEPT]]
func.func @partial(%x: tensor<?x8xf32>, %g: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 partial 0.3 : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// One number for all columns is shared; rows of f64 are computed in f64.
// CHECK-LABEL: func @dyt
// CHECK: row.program ins(%{{[a-z0-9]+}} : tensor<?x8xf64> by row, %{{[a-z0-9]+}} : tensor<1xf32> shared,
// CHECK: ^bb0(%{{.+}}: vector<8xf64>, %[[A:.+]]: vector<1xf32>, %{{.+}}: vector<8xf64>):
// CHECK: %[[A64:.+]] = arith.extf %[[A]]
// CHECK: vector.broadcast %[[A64]] : vector<1xf64> to vector<8xf64>
// CHECK: math.tanh %{{.+}} : vector<8xf64>
func.func @dyt(%x: tensor<?x8xf64>, %a: tensor<1xf32>, %g: tensor<8xf64>) -> tensor<?x8xf64> {
  %y = norm.dyt %x, %a, %g : tensor<?x8xf64>, tensor<1xf32>, tensor<8xf64>
  return %y : tensor<?x8xf64>
}

// The identity of a maximum is -infinity, also where a row is shorter than a
// vector.
// CHECK-LABEL: func @softmax
// CHECK: %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
// CHECK: vector.multi_reduction <maximumf>, %{{.+}}, %[[LOWEST]] [0]
func.func @softmax(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = norm.softmax %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
