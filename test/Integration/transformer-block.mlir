// A block of a transformer whose products are left to others: SeeDNorm with its casts and eight bits a row, norms of
// the heads of queries and keys, softmax, the residual sum with the next norm, and an activation are one program each.

// RUN: seednorm-opt %s --seednorm-to-rows --row-report=expect-programs=8 -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: seednorm-run %s --random --compare-with=decompose

// REPORT: columns 64, levels of sums 2, fused from 7, bytes an element of a row 3.06, before 31.50
// REPORT: columns 16, levels of sums 1, fused from 4, bytes an element of a row 6.00, before 22.50
// REPORT: columns 16, levels of sums 1, fused from 4, bytes an element of a row 6.00, before 22.50
// REPORT: columns 768, levels of sums 0, fused from 1
// REPORT: columns 12, levels of sums 2, fused from 5, bytes an element of a row 6.00, before 31.33
// REPORT: columns 64, levels of sums 2, fused from 9, bytes an element of a row 9.06, before 43.50
// REPORT: columns 128, levels of sums 0, fused from 1
// REPORT: columns 768, levels of sums 0, fused from 2

// Eight products and nothing else are left.
// CHECK-COUNT-8: linalg.generic
// CHECK-NOT:     linalg.generic

func.func @main(%tokens: tensor<12x64xbf16>,
                %alpha1: tensor<64xbf16>,
                %beta1: tensor<64xbf16>,
                %gamma1: tensor<64xbf16>,
                %alpha2: tensor<64xbf16>,
                %beta2: tensor<64xbf16>,
                %gamma2: tensor<64xbf16>,
                %gq: tensor<16xbf16>,
                %gk: tensor<16xbf16>,
                %wq: tensor<64x64xf8E4M3FN>,
                %wk: tensor<64x64xf8E4M3FN>,
                %wv: tensor<64x64xf8E4M3FN>,
                %wo: tensor<64x64xbf16>,
                %w1: tensor<64x128xf8E4M3FN>,
                %w2: tensor<128x64xbf16>) -> tensor<12x64xbf16> {
  %v1 = tensor.empty() : tensor<12x64xf32>
  %v2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%tokens : tensor<12x64xbf16>) outs(%v1 : tensor<12x64xf32>) {
    ^bb0(%a0: bf16, %o: f32):
      %r = arith.extf %a0 : bf16 to f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v3 = tensor.empty() : tensor<12xf32>
  %v4 = arith.constant 0.0 : f32
  %v5 = linalg.fill ins(%v4 : f32) outs(%v3 : tensor<12xf32>) -> tensor<12xf32>
  %v6 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v2 : tensor<12x64xf32>) outs(%v5 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %p = arith.mulf %a0, %a0 : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v7 = tensor.empty() : tensor<12xf32>
  %v8 = arith.constant 0.0 : f32
  %v9 = linalg.fill ins(%v8 : f32) outs(%v7 : tensor<12xf32>) -> tensor<12xf32>
  %v10 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v2, %beta1 : tensor<12x64xf32>, tensor<64xbf16>) outs(%v9 : tensor<12xf32>) {
    ^bb0(%a0: f32, %a1: bf16, %o: f32):
      %w = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %a0, %w : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v11 = tensor.empty() : tensor<12x64xf32>
  %v12 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v2, %v6, %v10, %alpha1, %gamma1 : tensor<12x64xf32>, tensor<12xf32>, tensor<12xf32>, tensor<64xbf16>, tensor<64xbf16>) outs(%v11 : tensor<12x64xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32, %a3: bf16, %a4: bf16, %o: f32):
      %c = arith.constant 64.0 : f32
      %e = arith.constant 1.0e-6 : f32
      %m = arith.divf %a1, %c : f32
      %me = arith.addf %m, %e : f32
      %q = math.rsqrt %me : f32
      %t = math.tanh %a2 : f32
      %al = arith.extf %a3 : bf16 to f32
      %ga = arith.extf %a4 : bf16 to f32
      %ta = arith.mulf %t, %al : f32
      %tg = arith.addf %ta, %ga : f32
      %n = arith.mulf %a0, %q : f32
      %r = arith.mulf %tg, %n : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v13 = tensor.empty() : tensor<12xf32>
  %v14 = arith.constant 0.0 : f32
  %v15 = linalg.fill ins(%v14 : f32) outs(%v13 : tensor<12xf32>) -> tensor<12xf32>
  %v16 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v12 : tensor<12x64xf32>) outs(%v15 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %b = math.absf %a0 : f32
      %r = arith.maximumf %o, %b : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v17 = tensor.empty() : tensor<12xf32>
  %v18 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%v16 : tensor<12xf32>) outs(%v17 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %c = arith.constant 448.0 : f32
      %l = arith.constant 1.0e-12 : f32
      %k = arith.maximumf %a0, %l : f32
      %r = arith.divf %k, %c : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v19 = tensor.empty() : tensor<12x64xf8E4M3FN>
  %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v12, %v18 : tensor<12x64xf32>, tensor<12xf32>) outs(%v19 : tensor<12x64xf8E4M3FN>) {
    ^bb0(%a0: f32, %a1: f32, %o: f8E4M3FN):
      %d = arith.divf %a0, %a1 : f32
      %r = arith.truncf %d : f32 to f8E4M3FN
      linalg.yield %r : f8E4M3FN
    } -> tensor<12x64xf8E4M3FN>
  %v21 = tensor.empty() : tensor<12x64xf32>
  %v22 = arith.constant 0.0 : f32
  %v23 = linalg.fill ins(%v22 : f32) outs(%v21 : tensor<12x64xf32>) -> tensor<12x64xf32>
  %v24 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v20, %wq : tensor<12x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>) outs(%v23 : tensor<12x64xf32>) {
    ^bb0(%a0: f8E4M3FN, %a1: f8E4M3FN, %o: f32):
      %x = arith.extf %a0 : f8E4M3FN to f32
      %y = arith.extf %a1 : f8E4M3FN to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v25 = tensor.empty() : tensor<12x64xbf16>
  %v26 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v24, %v18 : tensor<12x64xf32>, tensor<12xf32>) outs(%v25 : tensor<12x64xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %o: bf16):
      %p = arith.mulf %a0, %a1 : f32
      %r = arith.truncf %p : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v27 = tensor.expand_shape %v26 [[0], [1, 2]] output_shape [12, 4, 16] : tensor<12x64xbf16> into tensor<12x4x16xbf16>
  %v28 = tensor.empty() : tensor<12x4x16xf32>
  %v29 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v27 : tensor<12x4x16xbf16>) outs(%v28 : tensor<12x4x16xf32>) {
    ^bb0(%a0: bf16, %o: f32):
      %r = arith.extf %a0 : bf16 to f32
      linalg.yield %r : f32
    } -> tensor<12x4x16xf32>
  %v30 = tensor.empty() : tensor<12x4x1xf32>
  %v31 = arith.constant 0.0 : f32
  %v32 = linalg.fill ins(%v31 : f32) outs(%v30 : tensor<12x4x1xf32>) -> tensor<12x4x1xf32>
  %v33 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v29 : tensor<12x4x16xf32>) outs(%v32 : tensor<12x4x1xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %p = arith.mulf %a0, %a0 : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x4x1xf32>
  %v34 = tensor.empty() : tensor<12x4x16xbf16>
  %v35 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v29, %v33, %gq : tensor<12x4x16xf32>, tensor<12x4x1xf32>, tensor<16xbf16>) outs(%v34 : tensor<12x4x16xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %a2: bf16, %o: bf16):
      %c = arith.constant 16.0 : f32
      %e = arith.constant 1.0e-6 : f32
      %m = arith.divf %a1, %c : f32
      %me = arith.addf %m, %e : f32
      %q = math.rsqrt %me : f32
      %n = arith.mulf %a0, %q : f32
      %nb = arith.truncf %n : f32 to bf16
      %r = arith.mulf %nb, %a2 : bf16
      linalg.yield %r : bf16
    } -> tensor<12x4x16xbf16>
  %v36 = tensor.empty() : tensor<12x64xf32>
  %v37 = arith.constant 0.0 : f32
  %v38 = linalg.fill ins(%v37 : f32) outs(%v36 : tensor<12x64xf32>) -> tensor<12x64xf32>
  %v39 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v20, %wk : tensor<12x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>) outs(%v38 : tensor<12x64xf32>) {
    ^bb0(%a0: f8E4M3FN, %a1: f8E4M3FN, %o: f32):
      %x = arith.extf %a0 : f8E4M3FN to f32
      %y = arith.extf %a1 : f8E4M3FN to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v40 = tensor.empty() : tensor<12x64xbf16>
  %v41 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v39, %v18 : tensor<12x64xf32>, tensor<12xf32>) outs(%v40 : tensor<12x64xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %o: bf16):
      %p = arith.mulf %a0, %a1 : f32
      %r = arith.truncf %p : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v42 = tensor.expand_shape %v41 [[0], [1, 2]] output_shape [12, 4, 16] : tensor<12x64xbf16> into tensor<12x4x16xbf16>
  %v43 = tensor.empty() : tensor<12x4x16xf32>
  %v44 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v42 : tensor<12x4x16xbf16>) outs(%v43 : tensor<12x4x16xf32>) {
    ^bb0(%a0: bf16, %o: f32):
      %r = arith.extf %a0 : bf16 to f32
      linalg.yield %r : f32
    } -> tensor<12x4x16xf32>
  %v45 = tensor.empty() : tensor<12x4x1xf32>
  %v46 = arith.constant 0.0 : f32
  %v47 = linalg.fill ins(%v46 : f32) outs(%v45 : tensor<12x4x1xf32>) -> tensor<12x4x1xf32>
  %v48 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v44 : tensor<12x4x16xf32>) outs(%v47 : tensor<12x4x1xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %p = arith.mulf %a0, %a0 : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x4x1xf32>
  %v49 = tensor.empty() : tensor<12x4x16xbf16>
  %v50 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, 0)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v44, %v48, %gk : tensor<12x4x16xf32>, tensor<12x4x1xf32>, tensor<16xbf16>) outs(%v49 : tensor<12x4x16xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %a2: bf16, %o: bf16):
      %c = arith.constant 16.0 : f32
      %e = arith.constant 1.0e-6 : f32
      %m = arith.divf %a1, %c : f32
      %me = arith.addf %m, %e : f32
      %q = math.rsqrt %me : f32
      %n = arith.mulf %a0, %q : f32
      %nb = arith.truncf %n : f32 to bf16
      %r = arith.mulf %nb, %a2 : bf16
      linalg.yield %r : bf16
    } -> tensor<12x4x16xbf16>
  %v51 = tensor.empty() : tensor<12x64xf32>
  %v52 = arith.constant 0.0 : f32
  %v53 = linalg.fill ins(%v52 : f32) outs(%v51 : tensor<12x64xf32>) -> tensor<12x64xf32>
  %v54 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v20, %wv : tensor<12x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>) outs(%v53 : tensor<12x64xf32>) {
    ^bb0(%a0: f8E4M3FN, %a1: f8E4M3FN, %o: f32):
      %x = arith.extf %a0 : f8E4M3FN to f32
      %y = arith.extf %a1 : f8E4M3FN to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v55 = tensor.empty() : tensor<12x64xbf16>
  %v56 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v54, %v18 : tensor<12x64xf32>, tensor<12xf32>) outs(%v55 : tensor<12x64xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %o: bf16):
      %p = arith.mulf %a0, %a1 : f32
      %r = arith.truncf %p : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v57 = tensor.expand_shape %v56 [[0], [1, 2]] output_shape [12, 4, 16] : tensor<12x64xbf16> into tensor<12x4x16xbf16>
  %v58 = tensor.empty() : tensor<4x12x12xf32>
  %v59 = arith.constant 0.0 : f32
  %v60 = linalg.fill ins(%v59 : f32) outs(%v58 : tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
  %v61 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d0, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%v35, %v50 : tensor<12x4x16xbf16>, tensor<12x4x16xbf16>) outs(%v60 : tensor<4x12x12xf32>) {
    ^bb0(%a0: bf16, %a1: bf16, %o: f32):
      %x = arith.extf %a0 : bf16 to f32
      %y = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<4x12x12xf32>
  %v62 = tensor.empty() : tensor<4x12x12xf32>
  %v63 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v61 : tensor<4x12x12xf32>) outs(%v62 : tensor<4x12x12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %c = arith.constant 0.25 : f32
      %r = arith.mulf %a0, %c : f32
      linalg.yield %r : f32
    } -> tensor<4x12x12xf32>
  %v64 = tensor.empty() : tensor<4x12xf32>
  %v65 = arith.constant 0xFF800000 : f32
  %v66 = linalg.fill ins(%v65 : f32) outs(%v64 : tensor<4x12xf32>) -> tensor<4x12xf32>
  %v67 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v63 : tensor<4x12x12xf32>) outs(%v66 : tensor<4x12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %r = arith.maximumf %a0, %o : f32
      linalg.yield %r : f32
    } -> tensor<4x12xf32>
  %v68 = tensor.empty() : tensor<4x12x12xf32>
  %v69 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v63, %v67 : tensor<4x12x12xf32>, tensor<4x12xf32>) outs(%v68 : tensor<4x12x12xf32>) {
    ^bb0(%a0: f32, %a1: f32, %o: f32):
      %d = arith.subf %a0, %a1 : f32
      %r = math.exp %d : f32
      linalg.yield %r : f32
    } -> tensor<4x12x12xf32>
  %v70 = tensor.empty() : tensor<4x12xf32>
  %v71 = arith.constant 0.0 : f32
  %v72 = linalg.fill ins(%v71 : f32) outs(%v70 : tensor<4x12xf32>) -> tensor<4x12xf32>
  %v73 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v69 : tensor<4x12x12xf32>) outs(%v72 : tensor<4x12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %r = arith.addf %a0, %o : f32
      linalg.yield %r : f32
    } -> tensor<4x12xf32>
  %v74 = tensor.empty() : tensor<4x12x12xbf16>
  %v75 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%v69, %v73 : tensor<4x12x12xf32>, tensor<4x12xf32>) outs(%v74 : tensor<4x12x12xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %o: bf16):
      %d = arith.divf %a0, %a1 : f32
      %r = arith.truncf %d : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<4x12x12xbf16>
  %v76 = tensor.empty() : tensor<12x4x16xf32>
  %v77 = arith.constant 0.0 : f32
  %v78 = linalg.fill ins(%v77 : f32) outs(%v76 : tensor<12x4x16xf32>) -> tensor<12x4x16xf32>
  %v79 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>, affine_map<(d0, d1, d2, d3) -> (d3, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%v75, %v57 : tensor<4x12x12xbf16>, tensor<12x4x16xbf16>) outs(%v78 : tensor<12x4x16xf32>) {
    ^bb0(%a0: bf16, %a1: bf16, %o: f32):
      %x = arith.extf %a0 : bf16 to f32
      %y = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x4x16xf32>
  %v80 = tensor.collapse_shape %v79 [[0], [1, 2]] : tensor<12x4x16xf32> into tensor<12x64xf32>
  %v81 = tensor.empty() : tensor<12x64xf32>
  %v82 = arith.constant 0.0 : f32
  %v83 = linalg.fill ins(%v82 : f32) outs(%v81 : tensor<12x64xf32>) -> tensor<12x64xf32>
  %v84 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v80, %wo : tensor<12x64xf32>, tensor<64x64xbf16>) outs(%v83 : tensor<12x64xf32>) {
    ^bb0(%a0: f32, %a1: bf16, %o: f32):
      %y = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %a0, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v85 = tensor.empty() : tensor<12x64xbf16>
  %v86 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v84 : tensor<12x64xf32>) outs(%v85 : tensor<12x64xbf16>) {
    ^bb0(%a0: f32, %o: bf16):
      %r = arith.truncf %a0 : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v87 = tensor.empty() : tensor<12x64xbf16>
  %v88 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%tokens, %v86 : tensor<12x64xbf16>, tensor<12x64xbf16>) outs(%v87 : tensor<12x64xbf16>) {
    ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
      %r = arith.addf %a0, %a1 : bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v89 = tensor.empty() : tensor<12x64xf32>
  %v90 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v88 : tensor<12x64xbf16>) outs(%v89 : tensor<12x64xf32>) {
    ^bb0(%a0: bf16, %o: f32):
      %r = arith.extf %a0 : bf16 to f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v91 = tensor.empty() : tensor<12xf32>
  %v92 = arith.constant 0.0 : f32
  %v93 = linalg.fill ins(%v92 : f32) outs(%v91 : tensor<12xf32>) -> tensor<12xf32>
  %v94 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v90 : tensor<12x64xf32>) outs(%v93 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %p = arith.mulf %a0, %a0 : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v95 = tensor.empty() : tensor<12xf32>
  %v96 = arith.constant 0.0 : f32
  %v97 = linalg.fill ins(%v96 : f32) outs(%v95 : tensor<12xf32>) -> tensor<12xf32>
  %v98 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v90, %beta2 : tensor<12x64xf32>, tensor<64xbf16>) outs(%v97 : tensor<12xf32>) {
    ^bb0(%a0: f32, %a1: bf16, %o: f32):
      %w = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %a0, %w : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v99 = tensor.empty() : tensor<12x64xf32>
  %v100 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v90, %v94, %v98, %alpha2, %gamma2 : tensor<12x64xf32>, tensor<12xf32>, tensor<12xf32>, tensor<64xbf16>, tensor<64xbf16>) outs(%v99 : tensor<12x64xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32, %a3: bf16, %a4: bf16, %o: f32):
      %c = arith.constant 64.0 : f32
      %e = arith.constant 1.0e-6 : f32
      %m = arith.divf %a1, %c : f32
      %me = arith.addf %m, %e : f32
      %q = math.rsqrt %me : f32
      %t = math.tanh %a2 : f32
      %al = arith.extf %a3 : bf16 to f32
      %ga = arith.extf %a4 : bf16 to f32
      %ta = arith.mulf %t, %al : f32
      %tg = arith.addf %ta, %ga : f32
      %n = arith.mulf %a0, %q : f32
      %r = arith.mulf %tg, %n : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v101 = tensor.empty() : tensor<12xf32>
  %v102 = arith.constant 0.0 : f32
  %v103 = linalg.fill ins(%v102 : f32) outs(%v101 : tensor<12xf32>) -> tensor<12xf32>
  %v104 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%v100 : tensor<12x64xf32>) outs(%v103 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %b = math.absf %a0 : f32
      %r = arith.maximumf %o, %b : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v105 = tensor.empty() : tensor<12xf32>
  %v106 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%v104 : tensor<12xf32>) outs(%v105 : tensor<12xf32>) {
    ^bb0(%a0: f32, %o: f32):
      %c = arith.constant 448.0 : f32
      %l = arith.constant 1.0e-12 : f32
      %k = arith.maximumf %a0, %l : f32
      %r = arith.divf %k, %c : f32
      linalg.yield %r : f32
    } -> tensor<12xf32>
  %v107 = tensor.empty() : tensor<12x64xf8E4M3FN>
  %v108 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v100, %v106 : tensor<12x64xf32>, tensor<12xf32>) outs(%v107 : tensor<12x64xf8E4M3FN>) {
    ^bb0(%a0: f32, %a1: f32, %o: f8E4M3FN):
      %d = arith.divf %a0, %a1 : f32
      %r = arith.truncf %d : f32 to f8E4M3FN
      linalg.yield %r : f8E4M3FN
    } -> tensor<12x64xf8E4M3FN>
  %v109 = tensor.empty() : tensor<12x128xf32>
  %v110 = arith.constant 0.0 : f32
  %v111 = linalg.fill ins(%v110 : f32) outs(%v109 : tensor<12x128xf32>) -> tensor<12x128xf32>
  %v112 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v108, %w1 : tensor<12x64xf8E4M3FN>, tensor<64x128xf8E4M3FN>) outs(%v111 : tensor<12x128xf32>) {
    ^bb0(%a0: f8E4M3FN, %a1: f8E4M3FN, %o: f32):
      %x = arith.extf %a0 : f8E4M3FN to f32
      %y = arith.extf %a1 : f8E4M3FN to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x128xf32>
  %v113 = tensor.empty() : tensor<12x128xbf16>
  %v114 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v112, %v106 : tensor<12x128xf32>, tensor<12xf32>) outs(%v113 : tensor<12x128xbf16>) {
    ^bb0(%a0: f32, %a1: f32, %o: bf16):
      %p = arith.mulf %a0, %a1 : f32
      %one = arith.constant 1.0 : f32
      %ng = arith.negf %p : f32
      %ex = math.exp %ng : f32
      %de = arith.addf %ex, %one : f32
      %si = arith.divf %p, %de : f32
      %r = arith.truncf %si : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x128xbf16>
  %v115 = tensor.empty() : tensor<12x64xf32>
  %v116 = arith.constant 0.0 : f32
  %v117 = linalg.fill ins(%v116 : f32) outs(%v115 : tensor<12x64xf32>) -> tensor<12x64xf32>
  %v118 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%v114, %w2 : tensor<12x128xbf16>, tensor<128x64xbf16>) outs(%v117 : tensor<12x64xf32>) {
    ^bb0(%a0: bf16, %a1: bf16, %o: f32):
      %x = arith.extf %a0 : bf16 to f32
      %y = arith.extf %a1 : bf16 to f32
      %p = arith.mulf %x, %y : f32
      %r = arith.addf %o, %p : f32
      linalg.yield %r : f32
    } -> tensor<12x64xf32>
  %v119 = tensor.empty() : tensor<12x64xbf16>
  %v120 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v118 : tensor<12x64xf32>) outs(%v119 : tensor<12x64xbf16>) {
    ^bb0(%a0: f32, %o: bf16):
      %r = arith.truncf %a0 : f32 to bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  %v121 = tensor.empty() : tensor<12x64xbf16>
  %v122 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%v88, %v120 : tensor<12x64xbf16>, tensor<12x64xbf16>) outs(%v121 : tensor<12x64xbf16>) {
    ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
      %r = arith.addf %a0, %a1 : bf16
      linalg.yield %r : bf16
    } -> tensor<12x64xbf16>
  return %v122 : tensor<12x64xbf16>
}
