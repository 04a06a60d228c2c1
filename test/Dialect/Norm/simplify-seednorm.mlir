// RUN: seednorm-opt %s --norm-simplify --split-input-file | FileCheck %s

// Where act(0) = 0, only the static scale is left, whatever the heads.

// CHECK-LABEL: func.func @zero_beta
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xf32>, %[[ALPHA:.+]]: tensor<4xf32>, %[[GAMMA:.+]]: tensor<4xf32>
// CHECK:         norm.rms_norm %[[X]], %[[GAMMA]] eps 1.000000e-05 : tensor<?x4xf32>, tensor<4xf32>
// CHECK:         norm.rms_norm %[[X]], %[[GAMMA]] eps 1.000000e-05 gamma_offset 1.000000e+00
// CHECK:         norm.rms_norm %[[X]], %[[GAMMA]] eps 1.000000e-05 : tensor<?x4xf32>, tensor<4xf32>
// CHECK-NOT:     norm.seednorm
func.func @zero_beta(%x: tensor<?x4xf32>, %alpha: tensor<4xf32>, %gamma: tensor<4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %splat = arith.constant dense<0.0> : tensor<4xf32>
  %signed = arith.constant dense<[0.0, -0.0, 0.0, -0.0]> : tensor<4xf32>
  %tanh = norm.seednorm %x, %alpha, %splat, %gamma eps 1.0e-5
      : tensor<?x4xf32>, tensor<4xf32>
  %hardtanh = norm.seednorm %x, %alpha, %signed, %gamma eps 1.0e-5 heads 2
      activation hardtanh gamma_offset 1.0 : tensor<?x4xf32>, tensor<4xf32>
  %softsign = norm.seednorm %x, %alpha, %splat, %gamma eps 1.0e-5
      activation softsign seed_scale 0.5 : tensor<?x4xf32>, tensor<4xf32>
  return %tanh, %hardtanh, %softsign
      : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// sigmoid(0) = 1/2. The scale is built as the formula computes it: in f32, with
// gamma + gamma_offset first, though the parameters are narrower.

// CHECK-LABEL: func.func @sigmoid
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xbf16>, %[[ALPHA:.+]]: tensor<4xbf16>, %[[GAMMA:.+]]: tensor<4xbf16>
// CHECK-DAG:     %[[HALF:.+]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-DAG:     %[[ONE:.+]] = arith.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-DAG:     %[[A:.+]] = arith.extf %[[ALPHA]]
// CHECK-DAG:     %[[G:.+]] = arith.extf %[[GAMMA]]
// CHECK-DAG:     %[[STATIC:.+]] = arith.addf %[[G]], %[[ONE]] : tensor<4xf32>
// CHECK-DAG:     %[[DYNAMIC:.+]] = arith.mulf %[[A]], %[[HALF]] : tensor<4xf32>
// CHECK:         %[[SCALE:.+]] = arith.addf %[[DYNAMIC]], %[[STATIC]] : tensor<4xf32>
// CHECK:         norm.rms_norm %[[X]], %[[SCALE]] eps 1.000000e-05 : tensor<?x4xbf16>, tensor<4xf32>
func.func @sigmoid(%x: tensor<?x4xbf16>, %alpha: tensor<4xbf16>, %gamma: tensor<4xbf16>)
    -> tensor<?x4xbf16> {
  %beta = arith.constant dense<0.0> : tensor<4xbf16>
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-5 activation sigmoid
      gamma_offset 1.0 : tensor<?x4xbf16>, tensor<4xbf16>
  return %y : tensor<?x4xbf16>
}

// -----

// Rows of f64 are scaled in f64.

// CHECK-LABEL: func.func @sigmoid_of_constants
// CHECK:         %[[SCALE:.+]] = arith.constant dense<[1.500000e+00, 3.000000e+00]> : tensor<2xf64>
// CHECK:         norm.rms_norm %{{.+}}, %[[SCALE]] eps 1.000000e-05 : tensor<2xf64>, tensor<2xf64>
func.func @sigmoid_of_constants(%x: tensor<2xf64>) -> tensor<2xf64> {
  %alpha = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %beta = arith.constant dense<0.0> : tensor<2xf32>
  %gamma = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-5 activation sigmoid
      : tensor<2xf64>, tensor<2xf32>
  return %y : tensor<2xf64>
}

// -----

// CHECK-LABEL: func.func @no_match
// CHECK-COUNT-2: norm.seednorm
// CHECK-NOT:     norm.rms_norm
func.func @no_match(%x: tensor<?x2xf32>, %p: tensor<2xf32>, %beta: tensor<2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %almost = arith.constant dense<[0.0, 1.0e-30]> : tensor<2xf32>
  %y = norm.seednorm %x, %p, %almost, %p eps 1.0e-5
      : tensor<?x2xf32>, tensor<2xf32>
  %z = norm.seednorm %x, %p, %beta, %p eps 1.0e-5
      : tensor<?x2xf32>, tensor<2xf32>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

// A coefficient of 0 is 0 when it is dropped, and when it is kept.

// CHECK-LABEL: func.func @dropout
// CHECK-SAME:    %[[X:.+]]: tensor<?x4xf32>, %[[P:[a-z0-9]+]]: tensor<4xf32>
// CHECK:         %[[Y:.+]] = norm.rms_norm %[[X]], %[[P]] eps 1.000000e-05 : tensor<?x4xf32>, tensor<4xf32>
// CHECK:         %[[Z:.+]] = norm.seednorm {{.*}} activation sigmoid dropout
// CHECK:         return %[[Y]], %[[Z]]
func.func @dropout(%x: tensor<?x4xf32>, %p: tensor<4xf32>, %seed: tensor<1xi64>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %beta = arith.constant dense<0.0> : tensor<4xf32>
  %y = norm.seednorm %x, %p, %beta, %p eps 1.0e-5
      dropout 0.25 (%seed, %seed : tensor<1xi64>, tensor<1xi64>)
      : tensor<?x4xf32>, tensor<4xf32>
  %z = norm.seednorm %x, %p, %beta, %p eps 1.0e-5 activation sigmoid
      dropout 0.25 (%seed, %seed : tensor<1xi64>, tensor<1xi64>)
      : tensor<?x4xf32>, tensor<4xf32>
  return %y, %z : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// Scales of each head's own stay so.

// CHECK-LABEL: func.func @heads
// CHECK-SAME:    %[[X:.+]]: tensor<?x2x4xf32>, %[[P:.+]]: tensor<2x4xf32>
// CHECK:         %[[Y:.+]] = norm.rms_norm %[[X]], %[[P]] eps 1.000000e-05
// CHECK:         %[[HALF:.+]] = arith.mulf %[[P]], %{{.+}} : tensor<2x4xf32>
// CHECK:         %[[SCALE:.+]] = arith.addf %[[HALF]], %[[P]] : tensor<2x4xf32>
// CHECK:         %[[Z:.+]] = norm.rms_norm %[[X]], %[[SCALE]] eps 1.000000e-05
// CHECK:         return %[[Y]], %[[Z]]
func.func @heads(%x: tensor<?x2x4xf32>, %p: tensor<2x4xf32>)
    -> (tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  %beta = arith.constant dense<0.0> : tensor<2x4xf32>
  %tanh = norm.seednorm %x, %p, %beta, %p eps 1.0e-5
      : tensor<?x2x4xf32>, tensor<2x4xf32>
  %sigmoid = norm.seednorm %x, %p, %beta, %p eps 1.0e-5 activation sigmoid
      : tensor<?x2x4xf32>, tensor<2x4xf32>
  return %tanh, %sigmoid : tensor<?x2x4xf32>, tensor<?x2x4xf32>
}
