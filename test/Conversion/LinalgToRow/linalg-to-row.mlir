// RUN: seednorm-opt %s --convert-linalg-to-row=report --split-input-file --verify-diagnostics | FileCheck %s

// What is reduced are the columns; what the payload computes before is part of
// the body. The sum starts from the number that the init holds.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#last = affine_map<(d0, d1, d2) -> (d2)>
#first = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
// CHECK-LABEL: func @reduction
// CHECK-SAME:    %[[X:.+]]: tensor<?x3x64xbf16>, %[[B:.+]]: tensor<64xf32>
// CHECK:         %[[S:.+]] = row.program ins(%[[X]] : tensor<?x3x64xbf16> by row, %[[B]] : tensor<64xf32> shared)
// CHECK-SAME:      outs(%{{.+}} : tensor<?x3xf32> by row)
// CHECK:         ^bb0(%[[XV:.+]]: vector<64xbf16>, %[[BV:.+]]: vector<64xf32>):
// CHECK-DAG:       %[[ONE:.+]] = arith.constant 1.000000e+00 : f32
// CHECK-DAG:       %[[XF:.+]] = arith.extf %[[XV]] : vector<64xbf16> to vector<64xf32>
// CHECK-DAG:       %[[P:.+]] = arith.mulf %[[XF]], %[[BV]] : vector<64xf32>
// CHECK:           %[[SUM:.+]] = vector.multi_reduction <add>, %[[P]], %[[ONE]] [0] : vector<64xf32> to f32
// CHECK:           row.yield %[[SUM]] : f32
// CHECK:         tensor.expand_shape %[[S]] {{\[}}[0], [1, 2]{{\]}}
func.func @reduction(%x: tensor<?x3x64xbf16>, %b: tensor<64xf32>, %n: index) -> tensor<?x3x1xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty(%n) : tensor<?x3x1xf32>
  %i = linalg.fill ins(%one : f32) outs(%e : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #last, #first], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %b : tensor<?x3x64xbf16>, tensor<64xf32>) outs(%i : tensor<?x3x1xf32>) {
  ^bb0(%xe: bf16, %be: f32, %o: f32):
    %xf = arith.extf %xe : bf16 to f32
    %p = arith.mulf %xf, %be : f32
    %r = arith.addf %o, %p : f32
    linalg.yield %r : f32
  } -> tensor<?x3x1xf32>
  return %s : tensor<?x3x1xf32>
}

// -----

// Element-wise ops have no columns of their own. A number for each row of three,
// one for each column, one in all, and scalars from outside.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#last = affine_map<(d0, d1, d2) -> (d2)>
#one = affine_map<(d0, d1, d2) -> (0)>
// CHECK-LABEL: func @elementwise
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x3x64xf32>, %[[R:.+]]: tensor<?x3xf32>, %[[G:.+]]: tensor<64xf32>, %[[A:.+]]: tensor<1xf32>
// CHECK:         %[[SCALAR:.+]] = tensor.collapse_shape %[[A]] [] : tensor<1xf32> into tensor<f32>
// CHECK:         row.program ins(%[[X]] : tensor<?x3x64xf32> by row, %[[R]] : tensor<?x3xf32> by group 64,
// CHECK-SAME:      %[[G]] : tensor<64xf32> by cycle 64, %[[SCALAR]] : tensor<f32> shared)
// CHECK:         ^bb0(%{{.+}}: f32, %{{.+}}: f32, %{{.+}}: f32, %{{.+}}: f32):
// CHECK:           %[[WIDE:.+]] = arith.constant 9.9999999999999995E-7 : f64
// CHECK:           arith.truncf %[[WIDE]] : f64 to f32
func.func @elementwise(%x: tensor<?x3x64xf32>, %r: tensor<?x3xf32>, %g: tensor<64xf32>,
                       %a: tensor<1xf32>) -> tensor<?x3x64xf32> {
  %eps = arith.constant 1.0e-6 : f64
  %narrow = arith.truncf %eps : f64 to f32
  %y = linalg.generic {indexing_maps = [#id, #row, #last, #one, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %r, %g, %a : tensor<?x3x64xf32>, tensor<?x3xf32>, tensor<64xf32>, tensor<1xf32>) outs(%x : tensor<?x3x64xf32>) {
  ^bb0(%xe: f32, %re: f32, %ge: f32, %ae: f32, %o: f32):
    %0 = arith.mulf %xe, %re : f32
    %1 = arith.mulf %0, %ge : f32
    %2 = arith.addf %1, %ae : f32
    %3 = arith.addf %2, %narrow : f32
    linalg.yield %3 : f32
  } -> tensor<?x3x64xf32>
  return %y : tensor<?x3x64xf32>
}

// -----

// One column is no other column: a product with a vector is a dot product.

// CHECK-LABEL: func @contractions
// CHECK-COUNT-3: vector.multi_reduction <add>, %{{.+}} : vector<64xf32> to f32
// CHECK-NOT:     linalg.mat
func.func @contractions(%x: tensor<5x64xf32>, %v: tensor<64xf32>, %c: tensor<64x1xf32>, %r: tensor<1x64xf32>,
                        %i: tensor<5xf32>, %j: tensor<5x1xf32>)
    -> (tensor<5xf32>, tensor<5x1xf32>, tensor<5x1xf32>) {
  %0 = linalg.matvec ins(%x, %v : tensor<5x64xf32>, tensor<64xf32>) outs(%i : tensor<5xf32>) -> tensor<5xf32>
  %1 = linalg.matmul ins(%x, %c : tensor<5x64xf32>, tensor<64x1xf32>) outs(%j : tensor<5x1xf32>) -> tensor<5x1xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %r : tensor<5x64xf32>, tensor<1x64xf32>) outs(%j : tensor<5x1xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<5x1xf32>
  return %0, %1, %2 : tensor<5xf32>, tensor<5x1xf32>, tensor<5x1xf32>
}

// -----

// Two sums at once, and the number of a column.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @two_results
// CHECK:         %{{.+}}:2 = row.program
// CHECK:           vector.step : vector<8xindex>
// CHECK:           vector.multi_reduction <add>
// CHECK:           vector.multi_reduction <maximumf>
func.func @two_results(%x: tensor<4x8xf32>, %i: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0, %1 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i, %i : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32, %s: f32, %m: f32):
    %c = linalg.index 1 : index
    %n = arith.index_cast %c : index to i64
    %f = arith.sitofp %n : i64 to f32
    %p = arith.mulf %a, %f : f32
    %sum = arith.addf %p, %s : f32
    %max = arith.maximumf %m, %a : f32
    linalg.yield %sum, %max : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// What a payload extracts from a tensor of one element is an operand.

#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @extracted
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32>, %[[A:.+]]: tensor<1xf32>, %[[B:.+]]: tensor<f32>
// CHECK:         %[[SCALAR:.+]] = tensor.collapse_shape %[[A]] [] : tensor<1xf32> into tensor<f32>
// CHECK:         row.program ins(%[[X]] : tensor<?x8xf32> by row, %[[SCALAR]] : tensor<f32> shared, %[[B]] : tensor<f32> shared)
func.func @extracted(%x: tensor<?x8xf32>, %a: tensor<1xf32>, %b: tensor<f32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %outside = tensor.extract %b[] : tensor<f32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x8xf32>) outs(%x : tensor<?x8xf32>) {
  ^bb0(%e: f32, %o: f32):
    %inside = tensor.extract %a[%c0] : tensor<1xf32>
    %m = arith.mulf %e, %inside : f32
    %s = arith.addf %m, %outside : f32
    linalg.yield %s : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// What is computed outside from an extracted scalar is computed inside, and a fill
// with it is a program.

#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @computed_outside
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32>, %[[B:.+]]: tensor<f64>
// CHECK:         row.program ins(%[[B]] : tensor<f64> shared) outs(%{{.+}} : tensor<?x8xf32> by row)
// CHECK:         row.program ins(%[[X]] : tensor<?x8xf32> by row, %[[B]] : tensor<f64> shared, %{{.+}} : tensor<?x8xf32> by row)
// CHECK:         ^bb0(%{{.+}}: f32, %[[BV:.+]]: f64, %{{.+}}: f32):
// CHECK:           arith.truncf %[[BV]] : f64 to f32
func.func @computed_outside(%x: tensor<?x8xf32>, %b: tensor<f64>, %e: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %wide = tensor.extract %b[] : tensor<f64>
  %s = arith.truncf %wide : f64 to f32
  %f = linalg.fill ins(%s : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x8xf32>) outs(%f : tensor<?x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %s : f32
    %n = arith.addf %m, %o : f32
    linalg.yield %n : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// Indices of several dimensions that are columns.

#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @indices
// CHECK:           %[[ROWS:.+]] = vector.step : vector<4xindex>
// CHECK:           %[[ALL:.+]] = vector.step : vector<32xindex>
// CHECK:           %[[N:.+]] = vector.shape_cast %[[ALL]] : vector<32xindex> to vector<4x8xindex>
// CHECK:           %[[I:.+]] = arith.subi %[[N]], %{{.+}} : vector<4x8xindex>
// CHECK:           arith.cmpi uge, %{{.+}}, %[[I]] : vector<4x8xindex>
func.func @indices(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %c = arith.cmpi uge, %i, %j : index
    %z = arith.constant 0.0 : f32
    %s = arith.select %c, %a, %z : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
