// RUN: seednorm-opt %s --norm-decompose \
// RUN:     --one-shot-bufferize=bufferize-function-boundaries \
// RUN:     --convert-linalg-to-loops --convert-vector-to-scf \
// RUN:     --convert-scf-to-cf --expand-strided-metadata --lower-affine \
// RUN:     --convert-vector-to-llvm --convert-math-to-llvm \
// RUN:     --convert-math-to-libm --finalize-memref-to-llvm \
// RUN:     --convert-arith-to-llvm --convert-func-to-llvm \
// RUN:     --convert-cf-to-llvm --convert-ub-to-llvm \
// RUN:     --reconcile-unrealized-casts \
// RUN:   | mlir-runner -e main -entry-point-result=void \
// RUN:       -shared-libs=%mlir_c_runner_utils \
// RUN:   | FileCheck %s

// Runs the decomposition and compares with values worked out by hand. All
// functions see the row x = [1, -1, 3, 5]: mean(x * x) = 9, so that eps = 7
// makes 1/rms exactly 1/4; the heads' sums of x * beta are 1 and 2.

func.func private @print(%y: tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %pad = arith.constant 0.0 : f32
  %v = vector.transfer_read %y[%c0, %c0], %pad
      {in_bounds = [false, true]} : tensor<?x4xf32>, vector<2x4xf32>
  vector.print %v : vector<2x4xf32>
  return
}

func.func @rms_norm(%x: tensor<?x4xf32>, %gamma: tensor<4xf32>) {
  %y = norm.rms_norm %x, %gamma eps 7.0 : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%y) : (tensor<?x4xf32>) -> ()
  %z = norm.rms_norm %x, %gamma eps 7.0 gamma_offset 1.0
      : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%z) : (tensor<?x4xf32>) -> ()
  return
}

func.func @one_head(%x: tensor<?x4xf32>, %alpha: tensor<4xf32>,
                    %beta: tensor<4xf32>, %gamma: tensor<4xf32>) {
  %tanh = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0
      : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%tanh) : (tensor<?x4xf32>) -> ()
  %sigmoid = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0 activation sigmoid
      : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%sigmoid) : (tensor<?x4xf32>) -> ()
  // s = -3 is clamped to -1.
  %hardtanh = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0
      activation hardtanh seed_scale -1.0 : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%hardtanh) : (tensor<?x4xf32>) -> ()
  %softsign = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0
      activation softsign : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%softsign) : (tensor<?x4xf32>) -> ()
  return
}

func.func @two_heads(%x: tensor<?x4xf32>, %alpha: tensor<4xf32>,
                     %beta: tensor<4xf32>, %gamma: tensor<4xf32>) {
  %tanh = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0 heads 2
      : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%tanh) : (tensor<?x4xf32>) -> ()
  %sigmoid = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0 heads 2
      activation sigmoid : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%sigmoid) : (tensor<?x4xf32>) -> ()
  // s = 1/2 is kept; s = 1 is the limit.
  %hardtanh = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0 heads 2
      activation hardtanh seed_scale 0.5 : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%hardtanh) : (tensor<?x4xf32>) -> ()
  %softsign = norm.seednorm %x, %alpha, %beta, %gamma eps 7.0 heads 2
      activation softsign gamma_offset 1.0 : tensor<?x4xf32>, tensor<4xf32>
  func.call @print(%softsign) : (tensor<?x4xf32>) -> ()
  return
}

// gamma - 1 = 2^-8 exists in f32, the type of gamma, but not in that of x.
func.func @bf16() {
  %c0 = arith.constant 0 : index
  %pad = arith.constant 0.0 : bf16
  %x = arith.constant dense<1.0> : tensor<1x2x2xbf16>
  %gamma = arith.constant dense<1.00390625> : tensor<2xf32>
  %y = norm.rms_norm %x, %gamma eps 3.0 gamma_offset -1.0
      : tensor<1x2x2xbf16>, tensor<2xf32>
  %v = vector.transfer_read %y[%c0, %c0, %c0], %pad
      {in_bounds = [true, true, true]} : tensor<1x2x2xbf16>, vector<1x2x2xbf16>
  %v32 = arith.extf %v : vector<1x2x2xbf16> to vector<1x2x2xf32>
  vector.print %v32 : vector<1x2x2xf32>
  return
}

// The second row is zeros: its result is too, and it leaves the first alone.
// CHECK:      ( ( 0.25, -0, 0.75, -1.25 ), ( 0, 0, 0, -0 ) )
// CHECK-NEXT: ( ( 0.5, -0.25, 1.5, 0 ), ( 0, 0, 0, 0 ) )

// tanh(3) = 0.995055, sigmoid(3) = 0.952574, -1, 3/4
// CHECK-NEXT: ( ( 0.498764, -0.497527, 0.00370{{[0-9]+}}, 3.72527 ), (
// CHECK-NEXT: ( ( 0.488144, -0.476287, 0.0355694, 3.51287 ), (
// CHECK-NEXT: ( ( 0, 0.5, 1.5, -6.25 ), (
// CHECK-NEXT: ( ( 0.4375, -0.375, 0.1875, 2.5 ), (

// tanh: 0.761594, 0.964028; sigmoid: 0.731059, 0.880797; 1/2, 1; 1/2, 2/3
// CHECK-NEXT: ( ( 0.440399, -0.380797, 0.0269793, 3.57014 ), (
// CHECK-NEXT: ( ( 0.432765, -0.365529, 0.0894022, 3.15399 ), (
// CHECK-NEXT: ( ( 0.375, -0.25, 0, 3.75 ), (
// CHECK-NEXT: ( ( 0.625, -0.5, 1, 3.33333 ), (

// CHECK-NEXT: ( ( ( 0.00195312, 0.00195312 ), ( 0.00195312, 0.00195312 ) ) )
func.func @main() {
  %rows = arith.constant dense<[[1.0, -1.0, 3.0, 5.0], [0.0, 0.0, 0.0, 0.0]]>
      : tensor<2x4xf32>
  %x = tensor.cast %rows : tensor<2x4xf32> to tensor<?x4xf32>
  %alpha = arith.constant dense<[1.0, 2.0, -1.0, 4.0]> : tensor<4xf32>
  %beta = arith.constant dense<[2.0, 1.0, -1.0, 1.0]> : tensor<4xf32>
  %gamma = arith.constant dense<[1.0, 0.0, 1.0, -1.0]> : tensor<4xf32>
  call @rms_norm(%x, %gamma) : (tensor<?x4xf32>, tensor<4xf32>) -> ()
  call @one_head(%x, %alpha, %beta, %gamma)
      : (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> ()
  call @two_heads(%x, %alpha, %beta, %gamma)
      : (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> ()
  call @bf16() : () -> ()
  return
}
