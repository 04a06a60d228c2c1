// RUN: seednorm-opt %s --convert-calls-to-norm --allow-unregistered-dialect --split-input-file --verify-diagnostics

func.func @unknown(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'stablehlo.custom_call' op calls 'seednorm.rmsnorm', which is no norm; expects one of seednorm.ada_seednorm, seednorm.bhyt, }}
  %y = "stablehlo.custom_call"(%x) {call_target_name = "seednorm.rmsnorm"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @too_many(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'torch.operator' op calls 'seednorm.softmax', which expects 1 operands, but got 2}}
  %y = "torch.operator"(%x, %x) {name = "torch.seednorm.softmax"} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// Accessors of the op would read beyond its operands.
func.func @too_few(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.modulate', which expects 3 to 5 operands, but got 1}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.modulate", eps = 1.0e-6 : f64, statistics = "rms_norm"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @segments(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.modulate', which expects 'operandSegmentSizes' to be an array of 5 integers of 32 bits, 1 for each of the 3 operands that are there, the first 3 among them, and 0 for others, but got array<i32: 1, 0, 1, 1, 0>}}
  %y = "torch.operator"(%x, %p, %p) {name = "torch.seednorm.modulate", eps = 1.0e-6 : f64, statistics = "rms_norm", operandSegmentSizes = array<i32: 1, 0, 1, 1, 0>} : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @segments_of_none(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.softmax', which has no attributes, but got 'operandSegmentSizes'}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.softmax", operandSegmentSizes = array<i32: 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @attribute(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.l2_norm', which has attributes eps, but got 'epsilon'}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.l2_norm", epsilon = 1.0e-6 : f64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @missing(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.l2_norm', which requires attribute 'eps'}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.l2_norm"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @text_for_a_number(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.l2_norm', which expects 'eps' to be a number, but got "small"}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.l2_norm", eps = "small"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @enumeration(%x: tensor<4x8xf32>, %p: tensor<8xf32>) {
  // expected-error@+1 {{calls 'seednorm.seednorm', which expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign, but got "relu"}}
  %y = "torch.operator"(%x, %p, %p, %p) {name = "torch.seednorm.seednorm", eps = 1.0e-6 : f64, activation = "relu"} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @number_for_an_enumeration(%x: tensor<4x8xf32>, %p: tensor<8xf32>) {
  // expected-error@+1 {{calls 'seednorm.seednorm', which expects 'activation' to be a string, but got 1}}
  %y = "torch.operator"(%x, %p, %p, %p) {name = "torch.seednorm.seednorm", eps = 1.0e-6 : f64, activation = 1 : i64} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @fraction(%x: tensor<4x8xf32>, %p: tensor<8xf32>) {
  // expected-error@+1 {{calls 'seednorm.seednorm', which expects 'num_heads' to be an integer of 64 bits, but got 2.000000e+00}}
  %y = "torch.operator"(%x, %p, %p, %p) {name = "torch.seednorm.seednorm", eps = 1.0e-6 : f64, num_heads = 2.0 : f32} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// 2^53 + 1 is no f64, and 2^64 - 1 no signed integer of 64 bits.
func.func @rounded(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.l2_norm', which expects 'eps' to be a number that f64 holds, but got 9007199254740993}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.l2_norm", eps = 9007199254740993 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  // expected-error@+1 {{calls 'seednorm.l2_norm', which expects 'eps' to be a number that f64 holds, but got 18446744073709551615}}
  %z = "torch.operator"(%x) {name = "torch.seednorm.l2_norm", eps = 18446744073709551615 : ui64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  // expected-error@+1 {{calls 'seednorm.l2_norm', which expects 'eps' to be a number that f64 holds, but got true}}
  %w = "torch.operator"(%x) {name = "torch.seednorm.l2_norm", eps = true} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @type(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.quantize', which expects 'to' to be a type of MLIR, but got "int8"}}
  %y:2 = "stablehlo.custom_call"(%x) {call_target_name = "seednorm.quantize", api_version = 4 : i32, backend_config = {to = "int8", per = "row"}} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4xf32>)
  return
}

// -----

// What the norm's verifier says.
func.func @verifier(%x: tensor<4x8xf32>, %g: tensor<4xf32>) {
  // expected-error@+1 {{calls 'seednorm.rms_norm', which expects 'gamma' to have }}
  %y = "stablehlo.composite"(%x, %g) {name = "seednorm.rms_norm", composite_attributes = {eps = 1.0e-6 : f64}, decomposition = @impl} : (tensor<4x8xf32>, tensor<4xf32>) -> tensor<4x8xf32>
  return
}
func.func private @impl(tensor<4x8xf32>, tensor<4xf32>) -> tensor<4x8xf32>

// -----

func.func @result(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.softmax', which expects 'result' to have the shape of 'input'}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.softmax"} : (tensor<4x8xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @results(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.softmax', which requires one result}}
  %y:2 = "torch.operator"(%x) {name = "torch.seednorm.softmax"} : (tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  // expected-error@+1 {{calls 'seednorm.softmax', which requires one result}}
  "torch.operator"(%x) {name = "torch.seednorm.softmax"} : (tensor<4x8xf32>) -> ()
  return
}

// -----

func.func @no_tensor(%x: !torch.vtensor<[4,8],f32>) {
  // expected-error@+1 {{calls 'seednorm.softmax', which operand #0 must be}}
  %y = "torch.operator"(%x) {name = "torch.seednorm.softmax"} : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  return
}

// -----

func.func @version(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.softmax', which expects version 0, but got 2}}
  %y = "stablehlo.composite"(%x) {name = "seednorm.softmax", version = 2 : i32, decomposition = @impl} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}
func.func private @impl(tensor<4x8xf32>) -> tensor<4x8xf32>

// -----

func.func @config(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{calls 'seednorm.l2_norm', which expects 'backend_config' to be a dictionary of its attributes, but got "eps=1"}}
  %y = "stablehlo.custom_call"(%x) {call_target_name = "seednorm.l2_norm", backend_config = "eps=1"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}
