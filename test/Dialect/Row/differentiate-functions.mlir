// RUN: seednorm-opt %s --row-differentiate="function=chain wrt=0" --canonicalize --cse | FileCheck %s --check-prefix=CHAIN
// RUN: seednorm-opt %s --row-differentiate="function=residual of=0,1 wrt=1,0 accumulate=1,0" --canonicalize --cse | FileCheck %s --check-prefix=RESIDUAL
// RUN: seednorm-opt %s --norm-differentiate="function=graph" | FileCheck %s --check-prefix=GRAPH

// What forward computes on the way is computed again; reshapes are undone.
// CHAIN-LABEL: func @chain_backward(
// CHAIN-SAME:    %{{.+}}: tensor<?x4xf32>, %{{.+}}: tensor<?x4xf32>, %[[DY:[^ :]+]]: tensor<?x2x2xf32> {seednorm.name = "dy"})
// CHAIN:         %[[E:.+]] = row.program
// CHAIN:         %[[FLAT:.+]] = tensor.collapse_shape %[[DY]] {{.+}} into tensor<?x4xf32>
// CHAIN:         %[[DE:.+]] = row.program ins(%[[E]] : {{.+}}, %[[FLAT]] : tensor<?x4xf32> by row)
// CHAIN:         %[[DX:.+]] = row.program ins(%{{.+}}, %[[DE]] : tensor<?x4xf32> by row)
// CHAIN:         return %[[DX]] : tensor<?x4xf32>
func.func @chain(%x: tensor<?x4xf32>, %i: tensor<?x4xf32>) -> tensor<?x2x2xf32> {
  %c0 = arith.constant 0 : index
  %e = row.program ins(%x : tensor<?x4xf32> by row) outs(%i : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<4xf32>):
    %0 = math.exp %v : vector<4xf32>
    row.yield %0 : vector<4xf32>
  }
  %t = row.program ins(%e : tensor<?x4xf32> by row) outs(%i : tensor<?x4xf32> by row) {
  ^bb0(%v: vector<4xf32>):
    %0 = math.tanh %v : vector<4xf32>
    row.yield %0 : vector<4xf32>
  }
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %y = tensor.expand_shape %t [[0], [1, 2]] output_shape [%n, 2, 2] : tensor<?x4xf32> into tensor<?x2x2xf32>
  return %y : tensor<?x2x2xf32>
}

// A gradient from elsewhere comes in by row and is added in the body; a buffer
// that a parameter's gradient is added to is f32.
// RESIDUAL-LABEL: func @residual_backward(
// RESIDUAL-SAME:    %[[DH:[^ :]+]]: tensor<?x8xbf16> {seednorm.name = "dy0"}, %[[DY:[^ :]+]]: tensor<?x8xbf16> {seednorm.name = "dy1"},
// RESIDUAL-SAME:    %[[DG0:[^ :]+]]: tensor<8xf32> {seednorm.name = "dg0"}, %[[DX0:[^ :]+]]: tensor<?x8xbf16> {seednorm.name = "darg00"})
// RESIDUAL-SAME:    -> (tensor<8xf32> {seednorm.name = "dg"}, tensor<?x8xbf16> {seednorm.name = "darg0"})
// RESIDUAL:       %[[R:.+]]:2 = row.program ins({{.+}}, %[[DX0]] : tensor<?x8xbf16> by row, %[[DH]] : tensor<?x8xbf16> by row, %[[DY]] : tensor<?x8xbf16> by row)
// RESIDUAL-SAME:    outs(%{{.+}} : tensor<?x8xbf16> by row, %[[DG0]] : tensor<8xf32> added)
// RESIDUAL:       return %[[R]]#1, %[[R]]#0
func.func @residual(%x: tensor<?x8xbf16>, %g: tensor<8xbf16> {seednorm.name = "g"}, %i: tensor<?x8xbf16>)
    -> (tensor<?x8xbf16>, tensor<?x8xbf16>) {
  %y:2 = row.program ins(%x : tensor<?x8xbf16> by row, %g : tensor<8xbf16> shared)
      outs(%i : tensor<?x8xbf16> by row, %i : tensor<?x8xbf16> by row) {
  ^bb0(%v: vector<8xbf16>, %w: vector<8xbf16>):
    %h = arith.addf %v, %v : vector<8xbf16>
    %p = arith.mulf %h, %w : vector<8xbf16>
    row.yield %h, %p : vector<8xbf16>, vector<8xbf16>
  }
  return %y#0, %y#1 : tensor<?x8xbf16>, tensor<?x8xbf16>
}

// From named ops to one program each way.
// GRAPH-LABEL: func @graph(
// GRAPH:         row.program
// GRAPH-NOT:     row.program
// GRAPH-LABEL: func @graph_backward(
// GRAPH:         row.program
// GRAPH-SAME:      outs(%{{.+}} : tensor<?x8xf32> by row, %{{.+}} : tensor<8xf32> summed)
// GRAPH-NOT:     row.program
func.func @graph(%x: tensor<?x8xf32>, %gamma: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}
