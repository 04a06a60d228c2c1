// RUN: seednorm-opt %s > %t
// RUN: seednorm-opt %s --convert-norm-to-row --canonicalize --cse --convert-row-to-norm='report=true' --verify-diagnostics --canonicalize --cse | diff %t -

// A norm that was written as a program is named again, with the attributes it
// had. Nothing but the norm is left.

func.func @rms_norm(%x: tensor<?x96xbf16>, %g: tensor<96xbf16>) -> tensor<?x96xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x96xbf16>, tensor<96xbf16>
  return %y : tensor<?x96xbf16>
}
func.func @rms_norm_offset(%x: tensor<?x3x96xf16>, %g: tensor<96xf16>) -> tensor<?x3x96xf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-5 gamma_offset 1.0 : tensor<?x3x96xf16>, tensor<96xf16>
  return %y : tensor<?x3x96xf16>
}
func.func @rms_norm_bias(%x: tensor<?x96xf32>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x96xf32> {
  %y = norm.rms_norm %x, %g bias %b eps 1.0e-6 gamma_offset 0.25 depth 12 : tensor<?x96xf32>, tensor<96xf32>, tensor<96xf32>
  return %y : tensor<?x96xf32>
}
func.func @rms_norm_llama(%x: tensor<?x96xbf16>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x96xbf16> {
  %y = norm.rms_norm %x, %g bias %b eps 1.0e-6 casting_mode llama : tensor<?x96xbf16>, tensor<96xf32>, tensor<96xf32>
  return %y : tensor<?x96xbf16>
}
func.func @rms_norm_partial(%x: tensor<?x96xf32>, %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 partial 6.250000e-02 : tensor<?x96xf32>, tensor<96xf32>
  return %y : tensor<?x96xf32>
}
func.func @rms_norm_f64(%x: tensor<5x96xf64>, %g: tensor<96xf64>) -> tensor<5x96xf64> {
  %y = norm.rms_norm %x, %g eps 1.0e-12 : tensor<5x96xf64>, tensor<96xf64>
  return %y : tensor<5x96xf64>
}
func.func @rms_norm_to_f32(%x: tensor<?x96xbf16>, %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x96xbf16>, tensor<96xf32> -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
// A scale for each head, which is a dimension of the input.
func.func @rms_norm_by_head(%x: tensor<?x3x96xbf16>, %g: tensor<3x96xf32>) -> tensor<?x3x96xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x3x96xbf16>, tensor<3x96xf32>
  return %y : tensor<?x3x96xbf16>
}
func.func @rms_norm_rank_1(%x: tensor<96xbf16>, %g: tensor<96xf32>) -> tensor<96xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<96xbf16>, tensor<96xf32>
  return %y : tensor<96xbf16>
}
func.func @crms_norm(%x: tensor<?x95xbf16>, %g: tensor<95xf32>) -> tensor<?x95xbf16> {
  %y = norm.crms_norm %x, %g eps 1.0e-6 gamma_offset 1.0 : tensor<?x95xbf16>, tensor<95xf32>
  return %y : tensor<?x95xbf16>
}
func.func @layer_norm(%x: tensor<?x4096xbf16>, %g: tensor<4096xbf16>) -> tensor<?x4096xbf16> {
  %y = norm.layer_norm %x, %g eps 1.0e-5 : tensor<?x4096xbf16>, tensor<4096xbf16>
  return %y : tensor<?x4096xbf16>
}
func.func @layer_norm_bias(%x: tensor<?x7x96xf32>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> tensor<?x7x96xf32> {
  %y = norm.layer_norm %x, %g bias %b eps 1.0e-5 gamma_offset 1.0 depth 3 : tensor<?x7x96xf32>, tensor<96xf32>, tensor<96xf32>
  return %y : tensor<?x7x96xf32>
}
func.func @layer_norm_f64(%x: tensor<?x96xf64>, %g: tensor<96xf64>, %b: tensor<96xf64>) -> tensor<?x96xf64> {
  %y = norm.layer_norm %x, %g bias %b eps 1.0e-5 : tensor<?x96xf64>, tensor<96xf64>, tensor<96xf64>
  return %y : tensor<?x96xf64>
}
func.func @seednorm(%x: tensor<?x96xbf16>, %a: tensor<96xf32>, %b: tensor<96xf32>, %g: tensor<96xf32>) -> tensor<?x96xbf16> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 : tensor<?x96xbf16>, tensor<96xf32>
  return %y : tensor<?x96xbf16>
}
func.func @seednorm_sigmoid(%x: tensor<?x96xbf16>, %a: tensor<96xf32>, %b: tensor<96xf32>, %g: tensor<96xf32>) -> tensor<?x96xbf16> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 heads 4 activation sigmoid seed_scale 0.5 gamma_offset 1.0 : tensor<?x96xbf16>, tensor<96xf32>
  return %y : tensor<?x96xbf16>
}
func.func @seednorm_hardtanh(%x: tensor<?x96xf32>, %a: tensor<96xf32>, %b: tensor<96xf32>, %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 heads 3 activation hardtanh seed_scale 0.010416667 : tensor<?x96xf32>, tensor<96xf32>
  return %y : tensor<?x96xf32>
}
func.func @seednorm_softsign(%x: tensor<?x96xf16>, %a: tensor<96xf32>, %b: tensor<96xf32>, %g: tensor<96xf32>) -> tensor<?x96xf16> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 heads 2 activation softsign seed_scale -0.125 : tensor<?x96xf16>, tensor<96xf32>
  return %y : tensor<?x96xf16>
}
func.func @seednorm_heads_of_one(%x: tensor<?x8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>, %g: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = norm.seednorm %x, %a, %b, %g eps 1.0e-6 activation softsign : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}
func.func @ada_seednorm(%x: tensor<?x5x96xbf16>, %a: tensor<96xf32>, %b: tensor<96xf32>, %s: tensor<?x96xbf16>, %t: tensor<?x96xbf16>) -> tensor<?x5x96xbf16> {
  %y = norm.ada_seednorm %x, %a, %b, %s, %t eps 1.0e-6 heads 2 seed_scale 0.25 : tensor<?x5x96xbf16>, tensor<96xf32>, tensor<?x96xbf16>
  return %y : tensor<?x5x96xbf16>
}
func.func @modulate_layer_norm(%x: tensor<?x5x96xbf16>, %s: tensor<?x96xbf16>, %t: tensor<?x96xbf16>) -> tensor<?x5x96xbf16> {
  %y = norm.modulate %x, %s, %t statistics layer_norm eps 1.0e-6 : tensor<?x5x96xbf16>, tensor<?x96xbf16>
  return %y : tensor<?x5x96xbf16>
}
func.func @modulate_rms_norm(%x: tensor<2x5x96xf32>, %s: tensor<2x96xf32>, %t: tensor<2x96xf32>) -> tensor<2x5x96xf32> {
  %y = norm.modulate %x, %s, %t statistics rms_norm eps 1.0e-6 : tensor<2x5x96xf32>, tensor<2x96xf32>
  return %y : tensor<2x5x96xf32>
}
func.func @modulate_each(%x: tensor<?x96xf32>, %s: tensor<?x96xf32>, %t: tensor<?x96xf32>) -> tensor<?x96xf32> {
  %y = norm.modulate %x, %s, %t statistics rms_norm eps 1.0e-6 : tensor<?x96xf32>, tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
func.func @softmax(%x: tensor<?x96xf16>) -> tensor<?x96xf16> {
  %y = norm.softmax %x : tensor<?x96xf16>
  return %y : tensor<?x96xf16>
}
func.func @log_softmax(%x: tensor<?x96xf16>) -> tensor<?x96xf32> {
  %y = norm.log_softmax %x : tensor<?x96xf16> -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
func.func @lengths(%x: tensor<?x96xf32>, %s: tensor<1xf32>) -> (tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xf32>) {
  %0 = norm.l1_norm %x eps 1.0e-12 : tensor<?x96xf32>
  %1 = norm.l2_norm %x eps 1.0e-12 : tensor<?x96xf32>
  %2 = norm.scale_norm %x, %s eps 1.0e-5 : tensor<?x96xf32>, tensor<1xf32>
  return %0, %1, %2 : tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xf32>
}
func.func @dyt(%x: tensor<?x96xbf16>, %a: tensor<1xf32>, %g: tensor<96xf32>, %b: tensor<96xf32>) -> (tensor<?x96xbf16>, tensor<?x96xbf16>) {
  %0 = norm.dyt %x, %a, %g : tensor<?x96xbf16>, tensor<1xf32>, tensor<96xf32>
  %1 = norm.dyt %x, %a, %g bias %b : tensor<?x96xbf16>, tensor<1xf32>, tensor<96xf32>, tensor<96xf32>
  return %0, %1 : tensor<?x96xbf16>, tensor<?x96xbf16>
}
func.func @bhyt(%x: tensor<?x96xbf16>, %a: tensor<1xf32>, %g: tensor<96xf32>) -> (tensor<?x96xbf16>, tensor<?x96xbf16>) {
  %0 = norm.bhyt %x, %a, %g eps 1.0e-6 : tensor<?x96xbf16>, tensor<1xf32>, tensor<96xf32>
  %1 = norm.bhyt %x, %a, %g eps 1.0e-6 kappa 4.0 : tensor<?x96xbf16>, tensor<1xf32>, tensor<96xf32>
  return %0, %1 : tensor<?x96xbf16>, tensor<?x96xbf16>
}
