// Every spelling of SeeDNorm is the same norm, with its attributes.

// DEFINE: %{name} = seednorm-opt --seednorm-to-rows --convert-row-to-norm --canonicalize
// DEFINE: %{check} = FileCheck %s --implicit-check-not=row.program --check-prefix
// DEFINE: %{in} = %S/../../Integration

// RUN: %{name} %{in}/dot-bmm.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/dot-bmm-dyn.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/dot-matmul.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/dot-matmul-keep.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/dot-matvec.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/dot-mulreduce.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/eps-const.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/eps-f64.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/eps-left.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/mean-dim.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/mean-div.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/mean-mul.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/mean-sqrtD.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/rms-1sqrt.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/rms-pow.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/rms-recippow.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/rms-rsqrt.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/rms-sqrt.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/scale-assoc1.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/scale-broadcast.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/scale-dist.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/scale-steps.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/scale-tensorops.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/square-fpowi.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/square-mul.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/square-powf.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/square-square.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/square-two.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank1-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank1-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank2-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank2-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank3-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank3-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank4-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-dropped-rank4-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank2-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank2-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank3-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank3-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank4-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-expanded-rank4-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank1-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank1-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank2-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank2-static.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank3-dynamic.mlir | %{check}=PLAIN
// RUN: %{name} %{in}/sums-kept-rank3-static.mlir | %{check}=PLAIN

// The eps is 1.0e-6, whatever it was added to.
// PLAIN: norm.seednorm %arg0, %arg1, %arg2, %arg3 eps 9.9999999999999995E-7 : tensor<{{.*}}96x{{b?f[1236]+}}>, tensor<96x{{b?f[1236]+}}>

// RUN: %{name} %{in}/heads-expand-2-dynamic-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-2-dynamic-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-2-static-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-2-static-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-3-dynamic-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-3-dynamic-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-3-static-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-expand-3-static-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-2-dynamic-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-2-dynamic-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-2-static-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-2-static-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-3-dynamic-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-3-dynamic-f32.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-3-static-bf16.mlir | %{check}=HEADS
// RUN: %{name} %{in}/heads-stay-3-static-f32.mlir | %{check}=HEADS

// HEADS: norm.seednorm %arg0, %arg1, %arg2, %arg3 eps 9.9999999999999995E-7 heads 6 : tensor<{{.*}}96x{{b?f[1236]+}}>, tensor<96x{{b?f[1236]+}}>

// RUN: %{name} %{in}/gplus.mlir | %{check}=OFFSET

// OFFSET: norm.seednorm %arg0, %arg1, %arg2, %arg3 eps 9.9999999999999995E-7 gamma_offset 1.000000e+00 : tensor<?x96xbf16>, tensor<96xbf16>

// RUN: %{name} %{in}/named-ops.mlir | %{check}=NAMED
// NAMED: norm.seednorm %arg0, %arg3, %arg2, %arg1 eps 9.9999999999999995E-7 : tensor<?x40xf32>, tensor<40xf32>

// Parameters that are constants are operands as they were.
// RUN: %{name} %{in}/frozen.mlir | %{check}=FROZEN
// FROZEN: %[[A:.+]] = arith.constant dense<[-1.250000e-01
// FROZEN: %[[B:.+]] = arith.constant dense<[-5.000000e-01
// FROZEN: norm.seednorm %arg0, %[[A]], %[[B]], %[[A]] eps 9.9999999999999995E-7 : tensor<?x96xbf16>, tensor<96xf32>
