// RUN: seednorm-opt %s --row-fuse --row-report --split-input-file --verify-diagnostics
// RUN: seednorm-opt %s --row-fuse --row-report='remarks=false expect-programs=1' --split-input-file
// RUN: not seednorm-opt %s --row-report='remarks=false expect-programs=1' --split-input-file 2>&1 | FileCheck %s

// CHECK: error: expects 1 row programs, but has 3

// Each reads and writes 4 bytes an element; the sum 4 bytes a row more.
func.func @chain(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xbf16> {
  %e0 = tensor.empty(%n) : tensor<?x8xf32>
  // expected-remark@+1 {{row program: columns 8, levels of sums 1, fused from 3, bytes an element of a row 6.00, before 19.00}}
  %a = row.program ins(%x : tensor<?x8xf32> by row) outs(%e0 : tensor<?x8xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %r = math.exp %v : vector<8xf32>
    row.yield %r : vector<8xf32>
  }
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %s = row.program ins(%a : tensor<?x8xf32> by row) outs(%e1 : tensor<?xf32> by row) {
  ^bb0(%v: vector<8xf32>):
    %z = arith.constant 0.0 : f32
    %r = vector.reduction <add>, %v, %z : vector<8xf32> into f32
    row.yield %r : f32
  }
  %e2 = tensor.empty(%n) : tensor<?x8xbf16>
  %y = row.program ins(%a : tensor<?x8xf32> by row, %s : tensor<?xf32> by row)
      outs(%e2 : tensor<?x8xbf16> by row) {
  ^bb0(%v: vector<8xf32>, %w: f32):
    %b = vector.broadcast %w : f32 to vector<8xf32>
    %q = arith.divf %v, %b : vector<8xf32>
    %r = arith.truncf %q : vector<8xf32> to vector<8xbf16>
    row.yield %r : vector<8xbf16>
  }
  return %y : tensor<?x8xbf16>
}
