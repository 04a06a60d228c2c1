// Parameters in a resource of the file. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<6x40xf32>) -> (tensor<6x40xf32>) {
  %w = arith.constant dense_resource<ww> : tensor<1x40xf32>
  %v1 = arith.mulf %x, %x : tensor<6x40xf32>
  %v2 = arith.constant 0.0 : f32
  %v3 = tensor.empty() : tensor<6xf32>
  %v4 = linalg.fill ins(%v2 : f32) outs(%v3 : tensor<6xf32>) -> tensor<6xf32>
  %v5 = linalg.reduce { arith.addf } ins(%v1 : tensor<6x40xf32>) outs(%v4 : tensor<6xf32>) dimensions = [1]
  %v6 = arith.constant dense<0.025> : tensor<6xf32>
  %v7 = arith.mulf %v5, %v6 : tensor<6xf32>
  %v8 = arith.constant dense<1.0e-6> : tensor<6xf32>
  %v9 = arith.addf %v7, %v8 : tensor<6xf32>
  %v10 = math.rsqrt %v9 : tensor<6xf32>
  %v11 = tensor.expand_shape %v10 [[0,1]] output_shape [6,1] : tensor<6xf32> into tensor<6x1xf32>
  %v12 = arith.constant 0.0 : f32
  %v13 = tensor.empty() : tensor<6x40xf32>
  %v14 = linalg.fill ins(%v12 : f32) outs(%v13 : tensor<6x40xf32>) -> tensor<6x40xf32>
  %v15 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0,0)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%v11 : tensor<6x1xf32>) outs(%v14 : tensor<6x40xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %r = arith.addf %a0, %o : f32
    linalg.yield %r : f32
  } -> tensor<6x40xf32>
  %v16 = arith.mulf %x, %v15 : tensor<6x40xf32>
  %v17 = tensor.empty() : tensor<6x40xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (0,d1)>, affine_map<(d0, d1) -> (d0,d1)>], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<1x40xf32>) outs(%v17 : tensor<6x40xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %z = arith.constant 1.0 : f32
    %r = arith.addf %a0, %z : f32
    linalg.yield %r : f32
  } -> tensor<6x40xf32>
  %v19 = arith.mulf %v16, %v18 : tensor<6x40xf32>
  return %v19 : tensor<6x40xf32>
}
{-# dialect_resources: { builtin: { ww: "0x040000000000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F" } } #-}
