// RUN: seednorm-run %s --entry=ada_seednorm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=modulate --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=modulate_residual --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s --check-prefixes=CHECK,SUM
// RUN: seednorm-run %s --entry=by_head --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=llama --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=bhyt --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=group_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=instance_norm --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --entry=head_scale --target=cpu --random --rows=7 --compare-with=decompose | FileCheck %s

// Both lowerings of a formula, run, for operands of every kind; see
// decompose-family.mlir.
// CHECK: result0: max abs error {{[^,]+}}, {{[0-9](\.[0-9]+)?}} units in the last place
// SUM:   result1: max abs error {{[^,]+}}, {{[0-9](\.[0-9]+)?}} units in the last place

func.func @ada_seednorm(
    %x: tensor<?x4x99xbf16>, %a: tensor<99xf32>, %s: tensor<?x99xf32>)
    -> tensor<?x4x99xbf16> {
  %y = norm.ada_seednorm %x, %a, %a, %s, %s eps 1.0e-5 heads 9 seed_scale 0.125
      : tensor<?x4x99xbf16>, tensor<99xf32>, tensor<?x99xf32>
  return %y : tensor<?x4x99xbf16>
}

func.func @modulate(
    %x: tensor<?x4x100xf32>, %s: tensor<?x100xf32>)
    -> tensor<?x4x100xf32> {
  %y = norm.modulate %x, %s, %s statistics layer_norm eps 1.0e-5
      : tensor<?x4x100xf32>, tensor<?x100xf32>
  return %y : tensor<?x4x100xf32>
}

func.func @modulate_residual(
    %x: tensor<?x4x100xf32>, %s: tensor<?x100xf32>, %r: tensor<?x4x100xf32>)
    -> (tensor<?x4x100xf32>, tensor<?x4x100xf32>) {
  %y, %h = norm.modulate %x, %s, %s residual(%r : tensor<?x4x100xf32>) gate(%s : tensor<?x100xf32>) statistics rms_norm eps 1.0e-5
      : tensor<?x4x100xf32>, tensor<?x100xf32>
  return %y, %h : tensor<?x4x100xf32>, tensor<?x4x100xf32>
}

func.func @by_head(
    %x: tensor<?x3x100xf16>, %g: tensor<3x100xf32>)
    -> tensor<?x3x100xf16> {
  %y = norm.layer_norm %x, %g bias %g eps 1.0e-5 depth 5
      : tensor<?x3x100xf16>, tensor<3x100xf32>, tensor<3x100xf32>
  return %y : tensor<?x3x100xf16>
}

func.func @llama(
    %x: tensor<?x100xf64>, %g: tensor<100xf32>)
    -> tensor<?x100xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 casting_mode llama depth 2
      : tensor<?x100xf64>, tensor<100xf32> -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

func.func @bhyt(
    %x: tensor<?x100xf32>, %s: tensor<1xf32>, %g: tensor<100xf32>)
    -> tensor<?x100xf32> {
  %y = norm.bhyt %x, %s, %g eps 1.0e-5 kappa 3.0
      : tensor<?x100xf32>, tensor<1xf32>, tensor<100xf32>
  return %y : tensor<?x100xf32>
}

func.func @group_norm(
    %x: tensor<?x6x5x5xf32>, %g: tensor<6xf32>)
    -> tensor<?x6x5x5xf32> {
  %y = norm.group_norm %x gamma(%g : tensor<6xf32>) bias(%g : tensor<6xf32>) groups 3 eps 1.0e-5 : tensor<?x6x5x5xf32>
  return %y : tensor<?x6x5x5xf32>
}

func.func @instance_norm(
    %x: tensor<?x6x25xbf16>, %g: tensor<6xf32>)
    -> tensor<?x6x25xbf16> {
  %y = norm.instance_norm %x bias(%g : tensor<6xf32>) eps 1.0e-5 : tensor<?x6x25xbf16>
  return %y : tensor<?x6x25xbf16>
}

func.func @head_scale(
    %x: tensor<?x99xf16>, %s: tensor<9xf32>)
    -> tensor<?x99xf16> {
  %y = norm.head_scale %x, %s : tensor<?x99xf16>, tensor<9xf32>
  return %y : tensor<?x99xf16>
}
