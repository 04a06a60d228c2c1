// The same bits before and after, on the CPU and on the emulated GPU. On the CPU
// the order of a sum depends on the heads, and so on the machine's vectors.

// RUN: seednorm-opt %s --norm-simplify -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir --implicit-check-not=norm.seednorm
// RUN: seednorm-run %s --entry=bounded --random --seed=7 --rows=5 > %t.before
// RUN: seednorm-run %t.mlir --entry=bounded --random --seed=7 --rows=5 > %t.after
// RUN: diff %t.before %t.after
// RUN: seednorm-run %s --entry=bounded --random --seed=7 --rows=5 --target=emulated > %t.before
// RUN: seednorm-run %t.mlir --entry=bounded --random --seed=7 --rows=5 --target=emulated > %t.after
// RUN: diff %t.before %t.after
// RUN: seednorm-run %s --entry=heads --random --seed=7 --rows=5 --target=emulated > %t.before
// RUN: seednorm-run %t.mlir --entry=heads --random --seed=7 --rows=5 --target=emulated > %t.after
// RUN: diff %t.before %t.after
// RUN: seednorm-run %s --entry=sigmoid --random --seed=7 --rows=5 > %t.before
// RUN: seednorm-run %t.mlir --entry=sigmoid --random --seed=7 --rows=5 > %t.after
// RUN: diff %t.before %t.after
// RUN: seednorm-run %s --entry=sigmoid --random --seed=7 --rows=5 --target=emulated > %t.before
// RUN: seednorm-run %t.mlir --entry=sigmoid --random --seed=7 --rows=5 --target=emulated > %t.after
// RUN: diff %t.before %t.after

// CHECK-COUNT-5: norm.rms_norm
func.func @bounded(%x: tensor<?x96xf32>, %z: tensor<?x96xbf16>,
                   %alpha: tensor<96xf32>, %gamma: tensor<96xf32>)
    -> (tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xbf16>) {
  %beta = arith.constant dense<0.0> : tensor<96xf32>
  %tanh = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      : tensor<?x96xf32>, tensor<96xf32>
  %hardtanh = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
      activation hardtanh gamma_offset 1.0 : tensor<?x96xf32>, tensor<96xf32>
  %softsign = norm.seednorm %z, %alpha, %beta, %gamma eps 1.0e-6
      activation softsign : tensor<?x96xbf16>, tensor<96xf32>
  return %tanh, %hardtanh, %softsign
      : tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xbf16>
}

func.func @heads(%x: tensor<?x96xf32>, %alpha: tensor<96xf32>,
                 %gamma: tensor<96xf32>) -> tensor<?x96xf32> {
  %beta = arith.constant dense<0.0> : tensor<96xf32>
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6 heads 6
      : tensor<?x96xf32>, tensor<96xf32>
  return %y : tensor<?x96xf32>
}

// What computes gamma + alpha / 2 becomes part of the norm.
func.func @sigmoid(%x: tensor<?x96xf32>, %alpha: tensor<96xf32>,
                   %gamma: tensor<96xf32>) -> tensor<?x96xf32> {
  %beta = arith.constant dense<0.0> : tensor<96xf32>
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6 activation sigmoid
      : tensor<?x96xf32>, tensor<96xf32>
  return %y : tensor<?x96xf32>
}
