// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

func.func @operands(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{number of operands and types do not match: got 1 operands and 2 types}}
  %y = torch.operator "torch.seednorm.softmax"(%x) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @name(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{invalid kind of attribute specified}}
  %y = torch.operator 3 : i32 (%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @other(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{custom op 'torch.aten.tanh' is unknown}}
  %y = torch.aten.tanh %x : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
