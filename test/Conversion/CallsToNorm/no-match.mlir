// RUN: seednorm-opt %s --convert-calls-to-norm --allow-unregistered-dialect --mlir-print-op-generic | FileCheck %s --implicit-check-not='{{"norm[.]}}'

// Calls of other names, and ops that only look like calls.

// CHECK:       sym_name = "others"
// CHECK:         "stablehlo.composite"(%{{.+}}) {{.*}}decomposition = @impl{{.*}}name = "chlo.erf"
// CHECK:         "stablehlo.custom_call"(%{{.+}}) {{.*}}"Sharding"
// CHECK:         "torch.operator"(%{{.+}}) {{.*}}"torch.quantum.rms"
// CHECK:         "torch.operator"(%{{.+}}) {number = 1
// CHECK:         "my.call"(
// CHECK:         sym_name = "impl"
func.func @others(%x: tensor<4x8xf32>) {
  %a = "stablehlo.composite"(%x) {name = "chlo.erf", decomposition = @impl} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = "stablehlo.custom_call"(%x) {call_target_name = "Sharding"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c = "torch.operator"(%x) {name = "torch.quantum.rms"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %d = "torch.operator"(%x) {number = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e = "my.call"(%x) {name = "seednorm.rms"} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}
func.func private @impl(%x: tensor<4x8xf32>) -> tensor<4x8xf32>
