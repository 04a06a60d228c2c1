// Spellings of other norms, and what is no norm.

// DEFINE: %{name} = seednorm-opt --seednorm-to-rows --convert-row-to-norm --canonicalize
// DEFINE: %{check} = FileCheck %s --implicit-check-not=row.program --check-prefix
// DEFINE: %{in} = %S/../../Integration

// RUN: %{name} %{in}/rms-norm-gemma-bf16.mlir | %{check}=GEMMA
// GEMMA: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 gamma_offset 1.000000e+00 : tensor<?x3x96xbf16>, tensor<96xbf16>

// RUN: %{name} %{in}/rms-norm-llama-bf16.mlir | %{check}=LLAMA
// LLAMA: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 casting_mode llama : tensor<?x3x96xbf16>, tensor<96xbf16>

// RUN: %{name} %{in}/rms-norm-gemma-f16.mlir | %{check}=GEMMA16
// GEMMA16: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 gamma_offset 1.000000e+00 : tensor<?x3x96xf16>, tensor<96xf16>

// RUN: %{name} %{in}/rms-norm-llama-f16.mlir | %{check}=LLAMA16
// LLAMA16: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 casting_mode llama : tensor<?x3x96xf16>, tensor<96xf16>

// RUN: %{name} %{in}/qk-norm.mlir | %{check}=QK
// QK: norm.rms_norm %{{.+}}, %arg1 eps 9.9999999999999995E-7 casting_mode llama : tensor<?x5x4x16xbf16>, tensor<16xbf16>

// RUN: %{name} %{in}/torch-mlir-rms-norm.mlir | %{check}=TORCH
// TORCH: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 : tensor<?x7x64xf32>, tensor<64xf32>

// RUN: %{name} %{in}/odd-columns.mlir | %{check}=ODD
// ODD: norm.rms_norm %arg0, %arg1 eps 9.9999999999999995E-7 : tensor<?x7x37xf32>, tensor<37xf32>

// RUN: %{name} %{in}/unit-dimensions.mlir | %{check}=UNIT
// UNIT: norm.rms_norm %{{.+}}, %{{.+}} eps 9.9999999999999995E-7 : tensor<?x64xf32>, tensor<64xf32>

// A sum that starts from 0.5 is an eps that is larger by 0.5 / 40.
// RUN: %{name} %{in}/sum-from-a-number.mlir | %{check}=NUMBER
// NUMBER: %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<40xf32>
// NUMBER: norm.rms_norm %arg0, %[[ONES]] eps 1.250100e-02 : tensor<?x40xf32>, tensor<40xf32>

// RUN: %{name} %{in}/layer-norm-dropped-bf16-rank2.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-dropped-bf16-rank3.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-dropped-f32-rank2.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-dropped-f32-rank3.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-kept-bf16-rank2.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-kept-bf16-rank3.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-kept-f32-rank2.mlir | %{check}=LAYER
// RUN: %{name} %{in}/layer-norm-kept-f32-rank3.mlir | %{check}=LAYER
// LAYER: norm.layer_norm %arg0, %arg1 bias %arg2 eps 1.000000e-05 : tensor<?x{{.*}}96x{{b?f[1236]+}}>, tensor<96xf32>, tensor<96xf32>

// RUN: %{name} %{in}/ada-layer-norm.mlir | %{check}=ADA
// ADA: norm.modulate %arg0, %arg2, %arg1 statistics layer_norm eps 9.9999999999999995E-7 : tensor<?x7x48xf32>, tensor<?x48xf32>

// RUN: %{name} %{in}/softmax-generic-f16.mlir | %{check}=SOFTMAX
// RUN: %{name} %{in}/softmax-generic-f32.mlir | %{check}=SOFTMAX
// RUN: %{name} %{in}/softmax-named-f16.mlir | %{check}=SOFTMAX
// RUN: %{name} %{in}/softmax-named-f32.mlir | %{check}=SOFTMAX
// RUN: %{name} %{in}/softmax-reduce-f16.mlir | %{check}=SOFTMAX
// RUN: %{name} %{in}/softmax-reduce-f32.mlir | %{check}=SOFTMAX
// SOFTMAX: norm.softmax %arg0 : tensor<?x3x96x{{f[1236]+}}>

// RUN: %{name} %{in}/dyt-bf16.mlir | %{check}=DYT
// RUN: %{name} %{in}/dyt-f32.mlir | %{check}=DYT
// DYT: norm.dyt %arg0, %{{.+}}, %arg2 bias %arg3 : tensor<?x3x96x{{b?f[1236]+}}>, tensor<1xf32>, tensor<96xf32>, tensor<96xf32>

// What is beside a norm, or almost one, stays a program.
// DEFINE: %{stays} = FileCheck %s --implicit-check-not=norm. --check-prefix=STAYS
// STAYS: row.program
// RUN: %{name} %{in}/eps-absent.mlir | %{stays}
// RUN: %{name} %{in}/group-norm-by-channels.mlir | %{stays}
// RUN: %{name} %{in}/group-norm-silu.mlir | %{stays}
// RUN: %{name} %{in}/groups-of-groups.mlir | %{stays}
// RUN: %{name} %{in}/layer-norm-gelu.mlir | %{stays}
// RUN: %{name} %{in}/layer-norm-one-pass.mlir | %{stays}
// RUN: %{name} %{in}/log-softmax.mlir | %{stays}
// RUN: %{name} %{in}/multi.mlir | %{stays}
// RUN: %{name} %{in}/nested-norms.mlir | %{stays}
// RUN: %{name} %{in}/not-a-dot-of-the-normalized-row.mlir | %{stays}
// RUN: %{name} %{in}/not-another-divisor.mlir | %{stays}
// RUN: %{name} %{in}/not-eps-outside.mlir | %{stays}
// RUN: %{name} %{in}/not-the-same-tensor.mlir | %{stays}
// RUN: %{name} %{in}/positions.mlir | %{stays}
// RUN: %{name} %{in}/quantize-fp8.mlir | %{stays}
// RUN: %{name} %{in}/quantize-int8.mlir | %{stays}
// RUN: %{name} %{in}/residual.mlir | %{stays}
// RUN: %{name} %{in}/residual-multi.mlir | %{stays}
// RUN: %{name} %{in}/residual-quantize.mlir | %{stays}
// RUN: %{name} %{in}/softmax-mask.mlir | %{stays}
