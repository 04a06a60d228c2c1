// RUN: seednorm-opt %s | seednorm-opt | FileCheck %s
// RUN: seednorm-opt %s --convert-norm-to-row | FileCheck %s --check-prefix=ROW
// RUN: seednorm-opt %s --norm-decompose | FileCheck %s --check-prefix=LINALG
// RUN: seednorm-run %s --random --rows=3 --compare-with=decompose | FileCheck %s --check-prefix=VALUE
// RUN: seednorm-run %s --random --rows=3 --compare-with=decompose --target=emulated | FileCheck %s --check-prefix=VALUE

// CHECK-LABEL: func @main
// CHECK: norm.seednorm %{{.*}} eps 9.9{{.*}} heads 3 dropout 2.500000e-01 (%{{.*}}, %{{.*}} : tensor<1xi64>, tensor<1xi64>) : tensor<?x5x33xf32>, tensor<33xf32>

// A word is below a quarter of 2^32, or stands for 4/3.
// ROW-LABEL: func @main
// ROW:         row.program
// ROW-SAME:      %{{.*}} : tensor<1xi64> shared, %{{.*}} : tensor<1xi64> shared)
// ROW:           %[[BITS:.*]] = row.philox %{{.*}}, %{{.*}} : vector<33xi32>
// ROW:           %[[LIMIT:.*]] = arith.constant dense<1073741824> : vector<33xi32>
// ROW:           %[[KEPT:.*]] = arith.cmpi uge, %[[BITS]], %[[LIMIT]]
// ROW:           %[[FACTOR:.*]] = arith.constant dense<1.33333337> : vector<33xf32>
// ROW:           arith.select %[[KEPT]], %[[FACTOR]], %{{.*}} : vector<33xi1>, vector<33xf32>

// LINALG-LABEL: func @main
// LINALG:         arith.mului_extended
// LINALG:         arith.cmpi uge

// VALUE: max abs error {{[0-9.]+e-0[678]}}
func.func @main(%x: tensor<?x5x33xf32>, %p: tensor<33xf32>, %seed: tensor<1xi64>,
                %offset: tensor<1xi64>) -> tensor<?x5x33xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads 3
      dropout 0.25 (%seed, %offset : tensor<1xi64>, tensor<1xi64>)
      : tensor<?x5x33xf32>, tensor<33xf32>
  return %y : tensor<?x5x33xf32>
}
