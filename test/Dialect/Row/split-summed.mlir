// RUN: seednorm-opt %s --split-input-file --row-split=shards=2 --verify-diagnostics | FileCheck %s

// A shard has the sums over rows of its own columns.
// CHECK-LABEL: func @columns_apply(
// CHECK:         outs(%{{.+}} : tensor<4xf32> summed)
func.func @columns(%x: tensor<?x8xf32>, %i: tensor<8xf32>) -> tensor<8xf32> {
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%i : tensor<8xf32> summed) {
  ^bb0(%v: vector<8xf32>):
    row.yield %v : vector<8xf32>
  }
  return %y : tensor<8xf32>
}

// -----

func.func @number(%x: tensor<?x8xf32>, %i: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @below {{sums 'vector<8x1xf32>' of its rows to fewer elements, of 'tensor<1xf32>', to which shards would have parts only}}
  %y = row.program ins(%x : tensor<?x8xf32> by row) outs(%i : tensor<1xf32> summed) {
  ^bb0(%v: vector<8xf32>):
    %c = vector.shape_cast %v : vector<8xf32> to vector<8x1xf32>
    row.yield %c : vector<8x1xf32>
  }
  return %y : tensor<1xf32>
}
