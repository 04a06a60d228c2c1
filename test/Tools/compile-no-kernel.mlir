// What no kernel computes is named, before the copies and temporaries that follow
// from it.

// RUN: not seednorm-compile %s --target=emulated --entry=complex 2>&1 | FileCheck %s --check-prefix=COMPLEX
// COMPLEX: compile-no-kernel.mlir:[[#@LINE+7]]:8: error: 'linalg.generic' op is no part of a row program
// RUN: not seednorm-compile %s --target=emulated --entry=integers 2>&1 | FileCheck %s --check-prefix=INTEGERS
// INTEGERS: error: 'linalg.reduce' op is no part of a row program

func.func @complex(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xcomplex<f32>>
  %o = tensor.empty() : tensor<4xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xcomplex<f32>>) {
  ^bb0(%a: f32, %b: complex<f32>):
    %c = complex.create %a, %a : complex<f32>
    linalg.yield %c : complex<f32>
  } -> tensor<4xcomplex<f32>>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%z : tensor<4xcomplex<f32>>) outs(%o : tensor<4xf32>) {
  ^bb0(%a: complex<f32>, %b: f32):
    %c = complex.re %a : complex<f32>
    linalg.yield %c : f32
  } -> tensor<4xf32>
  return %q : tensor<4xf32>
}

func.func @integers(%x: tensor<4x8xi32>, %i: tensor<4xi32>) -> tensor<4xi32> {
  %y = linalg.reduce { arith.addi } ins(%x : tensor<4x8xi32>) outs(%i : tensor<4xi32>) dimensions = [1]
  return %y : tensor<4xi32>
}
