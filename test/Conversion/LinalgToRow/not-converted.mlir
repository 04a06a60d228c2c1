// RUN: seednorm-opt %s --convert-linalg-to-row=report --split-input-file --verify-diagnostics | FileCheck %s --implicit-check-not=row.program

// The reason is an attribute, too, for whoever reports on the graph later.
// CHECK-LABEL: func @matmul
// CHECK:         linalg.matmul {row.outside = "no operand has all dimensions of its loops, as a contraction of several columns has none"}
func.func @matmul(%x: tensor<?x64xf32>, %w: tensor<64x8xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-remark@+1 {{'linalg.matmul' op is no row program: no operand has all dimensions of its loops, as a contraction of several columns has none}}
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x8xf32>) outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @other_dimension
func.func @other_dimension(%x: tensor<?x64xf32>, %i: tensor<64xf32>) -> tensor<64xf32> {
  // expected-remark@+1 {{'linalg.reduce' op is no row program: it reduces dimension 0 of its loops, behind which there are others}}
  %y = linalg.reduce { arith.addf } ins(%x : tensor<?x64xf32>) outs(%i : tensor<64xf32>) dimensions = [0]
  return %y : tensor<64xf32>
}

// -----

// CHECK-LABEL: func @transpose
func.func @transpose(%x: tensor<?x64xf32>, %i: tensor<64x?xf32>) -> tensor<64x?xf32> {
  // expected-remark@+1 {{'linalg.transpose' op is no row program: result 0 has its dimensions in another order than the rows}}
  %y = linalg.transpose ins(%x : tensor<?x64xf32>) outs(%i : tensor<64x?xf32>) permutation = [1, 0]
  return %y : tensor<64x?xf32>
}

// -----

// CHECK-LABEL: func @columns
func.func @columns(%x: tensor<4x?xf32>, %i: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark@+1 {{'linalg.reduce' op is no row program: its columns have a size that is 0 or not static}}
  %y = linalg.reduce { arith.addf } ins(%x : tensor<4x?xf32>) outs(%i : tensor<4xf32>) dimensions = [1]
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @side_effect
func.func @side_effect(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-remark@+1 {{'linalg.generic' op is no row program: it asserts 'division by zero', at which no row program can stop; with 'drop-asserts' none is asked to}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %zero = arith.constant 0.0 : f32
    %ok = arith.cmpf une, %a, %zero : f32
    cf.assert %ok, "division by zero"
    %one = arith.constant 1.0 : f32
    %r = arith.divf %one, %a : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @scalar_argument
func.func @scalar_argument(%x: tensor<4x8xf32>, %s: f32) -> tensor<4x8xf32> {
  // expected-remark@+1 {{it uses a scalar that does not follow from constants}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: f32):
    %r = arith.addf %a, %s : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// Rows of one sample have one slice in common, and so have those of another
// head: neither the first nor the last dimensions tell them apart.
// CHECK-LABEL: func @middle
func.func @middle(%x: tensor<?x4x?x8xf32>, %p: tensor<4x8xf32>) -> tensor<?x4x?x8xf32> {
  // expected-remark@+1 {{operand 1 has some dimensions of the rows, but neither just the first nor just the last of them}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %p : tensor<?x4x?x8xf32>, tensor<4x8xf32>) outs(%x : tensor<?x4x?x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x8xf32>
  return %y : tensor<?x4x?x8xf32>
}

// -----

// CHECK-LABEL: func @function
func.func @function(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-remark@+1 {{it computes 'math.atan', which is no element-wise operation of row programs}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: f32):
    %r = math.atan %a : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @strides
func.func @strides(%x: tensor<8x8xf32>, %i: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-remark@+1 {{operand 0 is not read along dimension 0 index by index}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0 * 2, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x8xf32>) outs(%i : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
