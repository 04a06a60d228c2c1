// Named linalg ops only. One program, and what the ops compute one by one.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=1 remarks=false' | FileCheck %s --implicit-check-not=linalg.generic
// RUN: seednorm-run %s --random --rows=5 --seed=3 --compare-with=decompose
// RUN: seednorm-run %s --random --rows=5 --seed=4 --compare-with=decompose --target=emulated

// CHECK: row.program

func.func @main(%x: tensor<?x40xf32>, %w: tensor<40xf32>, %beta: tensor<40xf32>, %al: tensor<40xf32>) -> (tensor<?x40xf32>) {
  %v1 = arith.constant 0 : index
  %v2 = tensor.dim %x, %v1 : tensor<?x40xf32>
  %v3 = tensor.empty(%v2) : tensor<?x40xf32>
  %v4 = linalg.mul ins(%x, %x : tensor<?x40xf32>, tensor<?x40xf32>) outs(%v3 : tensor<?x40xf32>) -> tensor<?x40xf32>
  %v5 = arith.constant 0.0 : f32
  %v6 = tensor.empty(%v2) : tensor<?xf32>
  %v7 = linalg.fill ins(%v5 : f32) outs(%v6 : tensor<?xf32>) -> tensor<?xf32>
  %v8 = linalg.reduce { arith.addf } ins(%v4 : tensor<?x40xf32>) outs(%v7 : tensor<?xf32>) dimensions = [1]
  %v9 = arith.constant 40.0 : f32
  %v10 = tensor.empty(%v2) : tensor<?xf32>
  %v11 = linalg.fill ins(%v9 : f32) outs(%v10 : tensor<?xf32>) -> tensor<?xf32>
  %v12 = tensor.empty(%v2) : tensor<?xf32>
  %v13 = linalg.div ins(%v8, %v11 : tensor<?xf32>, tensor<?xf32>) outs(%v12 : tensor<?xf32>) -> tensor<?xf32>
  %v14 = arith.constant 1.0e-6 : f32
  %v15 = tensor.empty(%v2) : tensor<?xf32>
  %v16 = linalg.fill ins(%v14 : f32) outs(%v15 : tensor<?xf32>) -> tensor<?xf32>
  %v17 = tensor.empty(%v2) : tensor<?xf32>
  %v18 = linalg.add ins(%v13, %v16 : tensor<?xf32>, tensor<?xf32>) outs(%v17 : tensor<?xf32>) -> tensor<?xf32>
  %v19 = tensor.empty(%v2) : tensor<?xf32>
  %v20 = linalg.rsqrt ins(%v18 : tensor<?xf32>) outs(%v19 : tensor<?xf32>) -> tensor<?xf32>
  %v21 = tensor.empty(%v2) : tensor<?x40xf32>
  %v22 = linalg.broadcast ins(%v20 : tensor<?xf32>) outs(%v21 : tensor<?x40xf32>) dimensions = [1]
  %v23 = tensor.empty(%v2) : tensor<?x40xf32>
  %v24 = linalg.mul ins(%x, %v22 : tensor<?x40xf32>, tensor<?x40xf32>) outs(%v23 : tensor<?x40xf32>) -> tensor<?x40xf32>
  %v25 = arith.constant 0.0 : f32
  %v26 = tensor.empty(%v2) : tensor<?xf32>
  %v27 = linalg.fill ins(%v25 : f32) outs(%v26 : tensor<?xf32>) -> tensor<?xf32>
  %v28 = linalg.matvec ins(%x, %beta : tensor<?x40xf32>, tensor<40xf32>) outs(%v27 : tensor<?xf32>) -> tensor<?xf32>
  %v29 = tensor.empty(%v2) : tensor<?xf32>
  %v30 = linalg.tanh ins(%v28 : tensor<?xf32>) outs(%v29 : tensor<?xf32>) -> tensor<?xf32>
  %v31 = tensor.empty(%v2) : tensor<?x40xf32>
  %v32 = linalg.broadcast ins(%v30 : tensor<?xf32>) outs(%v31 : tensor<?x40xf32>) dimensions = [1]
  %v33 = tensor.empty(%v2) : tensor<?x40xf32>
  %v34 = linalg.broadcast ins(%al : tensor<40xf32>) outs(%v33 : tensor<?x40xf32>) dimensions = [0]
  %v35 = tensor.empty(%v2) : tensor<?x40xf32>
  %v36 = linalg.broadcast ins(%w : tensor<40xf32>) outs(%v35 : tensor<?x40xf32>) dimensions = [0]
  %v37 = tensor.empty(%v2) : tensor<?x40xf32>
  %v38 = linalg.mul ins(%v32, %v34 : tensor<?x40xf32>, tensor<?x40xf32>) outs(%v37 : tensor<?x40xf32>) -> tensor<?x40xf32>
  %v39 = tensor.empty(%v2) : tensor<?x40xf32>
  %v40 = linalg.add ins(%v38, %v36 : tensor<?x40xf32>, tensor<?x40xf32>) outs(%v39 : tensor<?x40xf32>) -> tensor<?x40xf32>
  %v41 = tensor.empty(%v2) : tensor<?x40xf32>
  %v42 = linalg.mul ins(%v40, %v24 : tensor<?x40xf32>, tensor<?x40xf32>) outs(%v41 : tensor<?x40xf32>) -> tensor<?x40xf32>
  return %v42 : tensor<?x40xf32>
}
