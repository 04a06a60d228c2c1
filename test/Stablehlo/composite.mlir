// REQUIRES: stablehlo
// RUN: seednorm-compile %s --expect-programs=1 --emit=programs | FileCheck %s
// RUN: seednorm-run %s --target=emulated --random --rows=5 --compare-with=decompose

// Composites in StableHLO's own syntax: ours is a norm, whatever its
// decomposition; another is what its decomposition says.

// CHECK: fused from:         2 programs

func.func @main(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  %y = stablehlo.composite "seednorm.rms_norm" %x, %g {composite_attributes = {eps = 1.0e-5 : f32}, decomposition = @wrong}
      : (tensor<?x64xbf16>, tensor<64xf32>) -> tensor<?x64xbf16>
  %z = stablehlo.composite "my.twice" %y {decomposition = @twice} : (tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %z : tensor<?x64xbf16>
}
func.func private @wrong(%x: tensor<?x64xbf16>, %g: tensor<64xf32>) -> tensor<?x64xbf16> {
  return %x : tensor<?x64xbf16>
}
func.func private @twice(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %y = stablehlo.add %x, %x : tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}
