// UNSUPPORTED: cuda-device
// RUN: not seednorm-run %s --random --target=cuda 2>&1 | FileCheck %s
// RUN: not seednorm-run %s --random --target=sm_90a 2>&1 | FileCheck %s
// CHECK: error: expects an NVIDIA driver on this machine, but {{.+}}

func.func @main(%x: tensor<?x64xf32>, %gamma: tensor<64xf32>)
    -> tensor<?x64xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  return %y : tensor<?x64xf32>
}
