// RUN: seednorm-opt %s --fold-broadcasts | FileCheck %s

#one = affine_map<(d0, d1) -> (0, d1)>
#id = affine_map<(d0, d1) -> (d0, d1)>

// The size it would be broadcast to is the one it has.
// CHECK-LABEL: func @same
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32>
// CHECK-NOT:     scf.if
// CHECK:         return %[[X]]
func.func @same(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %size = arith.maxui %n, %m : index
  %is1 = arith.cmpi eq, %n, %c1 : index
  %y = scf.if %is1 -> (tensor<?x8xf32>) {
    %e = tensor.empty(%size) : tensor<?x8xf32>
    %b = linalg.generic {indexing_maps = [#one, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<?x8xf32>
    scf.yield %b : tensor<?x8xf32>
  } else {
    scf.yield %x : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// The size of another argument may be another one.
// CHECK-LABEL: func @other
// CHECK:         scf.if
func.func @other(%x: tensor<?x8xf32>, %z: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %m = tensor.dim %z, %c0 : tensor<?x8xf32>
  %size = arith.maxui %n, %m : index
  %is1 = arith.cmpi eq, %n, %c1 : index
  %y = scf.if %is1 -> (tensor<?x8xf32>) {
    %e = tensor.empty(%size) : tensor<?x8xf32>
    %b = linalg.generic {indexing_maps = [#one, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<?x8xf32>
    scf.yield %b : tensor<?x8xf32>
  } else {
    scf.yield %x : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}
