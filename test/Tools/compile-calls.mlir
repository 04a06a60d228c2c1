// RUN: seednorm-compile %s --expect-programs=1 --emit=programs | FileCheck %s
// RUN: seednorm-compile %s --expect-programs=1 --target=sm_90a --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: seednorm-run %s --target=emulated --random --rows=5 --compare-with=decompose

// A call in a function that the entry calls: it is a norm before it is inlined,
// and is fused with what is around it.

// CHECK: fused from:         2 programs
// PTX:   .entry

func.func @main(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %y = func.call @block(%x, %g) : (tensor<?x64xbf16>, tensor<64xf32>) -> tensor<?x64xbf16>
  %h = arith.addf %y, %x : tensor<?x64xbf16>
  return %h : tensor<?x64xbf16>
}
func.func private @block(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %y = "torch.operator"(%x, %g) <{name = "torch.seednorm.rms_norm"}> {eps = 1.0e-6 : f32}
      : (tensor<?x64xbf16>, tensor<64xf32>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}
