// RUN: seednorm-opt %s --convert-linalg-to-row=report --split-input-file --verify-diagnostics | FileCheck %s --implicit-check-not=row.program

// What is no sum of a row, nor a product, minimum or maximum of one.

// CHECK-LABEL: func @integers
func.func @integers(%x: tensor<4x8xi32>, %i: tensor<4xi32>) -> tensor<4xi32> {
  // expected-remark@+1 {{'linalg.reduce' op is no row program: it combines what it reduces with its partial result otherwise than by sums, a product, a minimum or a maximum of floats in any order}}
  %y = linalg.reduce { arith.addi } ins(%x : tensor<4x8xi32>) outs(%i : tensor<4xi32>) dimensions = [1]
  return %y : tensor<4xi32>
}

// -----

// CHECK-LABEL: func @rounded_partial_sums
func.func @rounded_partial_sums(%x: tensor<4x8xf32>, %i: tensor<4xbf16>) -> tensor<4xbf16> {
  // expected-remark@+1 {{otherwise than by sums}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %w = arith.extf %o : bf16 to f32
    %s = arith.addf %a, %w : f32
    %n = arith.truncf %s : f32 to bf16
    linalg.yield %n : bf16
  } -> tensor<4xbf16>
  return %y : tensor<4xbf16>
}

// -----

// NaN is taken up and forgotten again: what is left depends on the order.
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @maximum_that_forgets_nan
func.func @maximum_that_forgets_nan(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %low = arith.constant dense<0xFF800000> : tensor<4xf32>
  // expected-remark@+1 {{otherwise than by sums, a product, a minimum or a maximum of floats in any order}}
  %y = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%low : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf ugt, %a, %o : f32
    %r = arith.select %c, %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// An init that may be NaN would stay, and is passed over by maxnumf.
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @maximum_from_anything
func.func @maximum_from_anything(%x: tensor<4x8xf32>, %i: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark@+1 {{otherwise than by sums}}
  %y = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf ogt, %a, %o : f32
    %r = arith.select %c, %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Neither is a sum: signs alternate, powers grow, a part is seen by another.
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @no_sums
func.func @no_sums(%x: tensor<4x8xf32>, %i: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // expected-remark@+1 {{otherwise than by sums}}
  %0 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.subf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  // expected-remark@+1 {{otherwise than by sums}}
  %1 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = math.fma %a, %o, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  // expected-remark@+1 {{otherwise than by sums}}
  %2:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i, %i : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %r = arith.addf %a, %o : f32
    %s = arith.addf %p, %r : f32
    linalg.yield %r, %s : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  return %0, %1, %2#0, %2#1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
