// RUN: seednorm-opt %s --convert-linalg-to-row=report --split-input-file --verify-diagnostics | FileCheck %s

// Sums, whatever ops add to the partial result.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func @sums
// CHECK:         ^bb0(%[[X:.+]]: vector<8xf32>, %[[W:.+]]: vector<8xf32>):
// CHECK-DAG:       %[[P:.+]] = arith.mulf %[[X]], %[[W]] : vector<8xf32>
// CHECK:           vector.multi_reduction <add>, %[[P]], %{{.+}} [0]
// CHECK:         ^bb0(%[[X:.+]]: vector<8xf32>):
// CHECK:           %[[N:.+]] = arith.negf %[[X]] : vector<8xf32>
// CHECK:           vector.multi_reduction <add>, %[[N]], %{{.+}} [0]
// CHECK:         ^bb0(%[[X:.+]]: vector<8xf32>, %[[W:.+]]: vector<8xf32>):
// CHECK:           %[[M:.+]] = arith.mulf %[[X]], %[[X]] : vector<8xf32>
// CHECK:           %[[D:.+]] = arith.subf %[[M]], %[[W]] : vector<8xf32>
// CHECK:           %[[S:.+]] = arith.addf %[[D]], %[[X]] : vector<8xf32>
// CHECK:           vector.multi_reduction <add>, %[[S]], %{{.+}} [0]
func.func @sums(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #col, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<4x8xf32>, tensor<8xf32>) outs(%one : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = math.fma %a, %b, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%one : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.subf %o, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #col, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : tensor<4x8xf32>, tensor<8xf32>) outs(%one : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    %s = arith.subf %r, %b : f32
    %t = math.fma %a, %a, %s : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// Minima and maxima by what they select: NaN ignored, NaN kept, whichever operand
// comes first and whichever comparison asks.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @selections
// CHECK:         vector.multi_reduction <maxnumf>
// CHECK:         vector.multi_reduction <maxnumf>
// CHECK:         vector.multi_reduction <minnumf>
// CHECK:         vector.multi_reduction <maximumf>
// CHECK:         vector.multi_reduction <minimumf>
// CHECK-NOT:     arith.cmpf
func.func @selections(%x: tensor<4x8xf32>, %i: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %low = arith.constant dense<0xFF800000> : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%low : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf ogt, %a, %o : f32
    %r = arith.select %c, %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%low : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf uge, %o, %a : f32
    %r = arith.select %c, %o, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%low : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf olt, %a, %o : f32
    %r = arith.select %c, %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %3 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf ogt, %a, %o : f32
    %n = arith.cmpf uno, %a, %a : f32
    %k = arith.ori %c, %n : i1
    %r = arith.select %k, %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %4 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.cmpf ult, %a, %o : f32
    %m = arith.select %c, %a, %o : f32
    %n = arith.cmpf uno, %o, %o : f32
    %r = arith.select %n, %o, %m : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
