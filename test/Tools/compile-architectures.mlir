// Code for every architecture assembles: emitting the cubin runs ptxas.

// RUN: for arch in sm_80 sm_86 sm_89 sm_90 sm_90a sm_100 sm_100a sm_120; do \
// RUN:   for entry in warp_per_row block_per_row heads; do \
// RUN:     seednorm-compile %s --target=$arch --entry=$entry --emit=cubin -o %t.cubin && \
// RUN:     %nvdisasm -c %t.cubin > %t.sass && \
// RUN:     grep -q "\.target[[:space:]]*$arch" %t.sass && echo $entry for $arch || exit 1; \
// RUN:   done; \
// RUN: done | FileCheck %s

// CHECK-COUNT-3: for sm_80
// CHECK-COUNT-3: for sm_86
// CHECK-COUNT-3: for sm_89
// CHECK-COUNT-3: for sm_90
// CHECK-COUNT-3: for sm_90a
// CHECK-COUNT-3: for sm_100
// CHECK-COUNT-3: for sm_100a
// CHECK-COUNT-3: for sm_120

func.func @warp_per_row(%x: tensor<?x768xf16>, %p: tensor<768xf16>)
    -> tensor<?x768xf16> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6
      : tensor<?x768xf16>, tensor<768xf16>
  return %y : tensor<?x768xf16>
}

func.func @block_per_row(%x: tensor<?x4096xbf16>, %p: tensor<4096xf32>)
    -> tensor<?x4096xbf16> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6
      : tensor<?x4096xbf16>, tensor<4096xf32>
  return %y : tensor<?x4096xbf16>
}

func.func @heads(%x: tensor<?x1002xf32>, %p: tensor<1002xf32>)
    -> tensor<?x1002xf32> {
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads 2 activation sigmoid
      : tensor<?x1002xf32>, tensor<1002xf32>
  return %y : tensor<?x1002xf32>
}
