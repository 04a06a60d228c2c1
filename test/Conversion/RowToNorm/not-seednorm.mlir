// What looks like a SeeDNorm and computes something else stays a program: each line
// changes an op of one.

// DEFINE: %{in} = %S/Inputs/seednorm.mlir
// DEFINE: %{stays} = seednorm-opt --convert-row-to-norm | FileCheck %s --check-prefix=STAYS --implicit-check-not=norm.
// RUN: seednorm-opt %{in} --convert-row-to-norm | FileCheck %s --implicit-check-not=row.program

// CHECK: norm.seednorm %arg0, %arg2, %arg3, %arg4 eps 9.9999999999999995E-7 : tensor<?x96xf32>, tensor<96xf32>
// STAYS: row.program

// The eps outside of the root: 1 / (sqrt(m) + eps); none; one that is negative.
// RUN: sed 's/%r = .*/%q = math.sqrt %ms : f32\n %qe = arith.addf %q, %eps : f32\n %r = arith.divf %one, %qe : f32/' %{in} | %{stays}
// RUN: sed 's/math.rsqrt %me/math.rsqrt %ms/' %{in} | %{stays}
// RUN: sed 's/addf %ms, %eps/subf %ms, %eps/' %{in} | %{stays}
// Another divisor than D: D - 1, or that of another row.
// RUN: sed 's/constant 96.0/constant 95.0/' %{in} | %{stays}
// RUN: sed 's/constant 96.0/constant 192.0/' %{in} | %{stays}
// Statistics of another tensor, or a dot product of it.
// RUN: sed 's/mulf %xv, %xv/mulf %zv, %zv/' %{in} | %{stays}
// RUN: sed 's/mulf %xv, %xv/mulf %xv, %zv/' %{in} | %{stays}
// RUN: sed 's/mulf %xv, %bv/mulf %zv, %bv/' %{in} | %{stays}
// The dot product of the normalized row, or of the scaled one.
// RUN: sed 's/%xb = .*/%xr0 = arith.mulf %xv, %rv : vector<96xf32>\n %xb = arith.mulf %xr0, %bv : vector<96xf32>/' %{in} | %{stays}
// RUN: sed 's/%xb = .*/%xg = arith.mulf %xv, %gv : vector<96xf32>\n %xb = arith.mulf %xg, %bv : vector<96xf32>/' %{in} | %{stays}
// A row whose mean is taken away first.
// RUN: sed 's/%qx = .*/%xs = vector.multi_reduction <add>, %x0, %zero [0] : vector<96xf32> to f32\n %mx = arith.divf %xs, %d : f32\n %mv = vector.broadcast %mx : f32 to vector<96xf32>\n %xv = arith.subf %x0, %mv : vector<96xf32>\n %qx = arith.mulf %xv, %xv : vector<96xf32>/; s/\^bb0(%xv/^bb0(%x0/' %{in} | %{stays}
// Squares, or their sum, in fewer digits.
// RUN: sed 's/%qs = .*/%rh = arith.truncf %qx : vector<96xf32> to vector<96xbf16>\n %rw = arith.extf %rh : vector<96xbf16> to vector<96xf32>\n %qs = vector.multi_reduction <add>, %rw, %zero [0] : vector<96xf32> to f32/' %{in} | %{stays}
// RUN: sed 's/%qs = .*/%rh = arith.truncf %qx : vector<96xf32> to vector<96xbf16>\n %zh = arith.constant 0.0 : bf16\n %rw = vector.multi_reduction <add>, %rh, %zh [0] : vector<96xbf16> to bf16\n %qs = arith.extf %rw : bf16 to f32/' %{in} | %{stays}
// The mean of a part of the row.
// RUN: sed 's/%ms = .*/%z8 = arith.constant dense<0.0> : vector<8xf32>\n %eight = vector.shape_cast %qx : vector<96xf32> to vector<8x12xf32>\n %m8 = vector.multi_reduction <add>, %eight, %z8 [1] : vector<8x12xf32> to vector<8xf32>\n %mp = vector.multi_reduction <maximumf>, %m8, %zero [0] : vector<8xf32> to f32\n %ms = arith.divf %mp, %d : f32/' %{in} | %{stays}
// A scale, or a result, that is rounded on the way.
// RUN: sed 's/%yv = .*/%rh = arith.truncf %gain : vector<96xf32> to vector<96xbf16>\n %rw = arith.extf %rh : vector<96xbf16> to vector<96xf32>\n %yv = arith.mulf %rw, %xr : vector<96xf32>/' %{in} | %{stays}
// RUN: sed 's/%yv = .*/%w = arith.mulf %gain, %xr : vector<96xf32>\n %wh = arith.truncf %w : vector<96xf32> to vector<96xbf16>\n %yv = arith.extf %wh : vector<96xbf16> to vector<96xf32>/' %{in} | %{stays}
// Another activation, or none; another scale.
// RUN: sed 's/math.tanh/math.exp/' %{in} | %{stays}
// RUN: sed 's/broadcast %act :/broadcast %dot :/' %{in} | %{stays}
// RUN: sed 's/addf %dyn, %gv/subf %dyn, %gv/' %{in} | %{stays}
// RUN: sed 's/mulf %av1, %av/mulf %av, %av/' %{in} | %{stays}
// A residual sum beside the norm, and a function behind it.
// RUN: sed 's/%yv = .*/%w = arith.mulf %gain, %xr : vector<96xf32>\n %yv = arith.addf %w, %zv : vector<96xf32>/' %{in} | %{stays}
// RUN: sed 's/%yv = .*/%w = arith.mulf %gain, %xr : vector<96xf32>\n %yv = math.tanh %w : vector<96xf32>/' %{in} | %{stays}
// x * x / x is x, but where x is 0.
// RUN: sed 's/%yv = .*/%w = arith.mulf %gain, %xr : vector<96xf32>\n %wx = arith.mulf %w, %xv : vector<96xf32>\n %yv = arith.divf %wx, %xv : vector<96xf32>/' %{in} | %{stays}
// Another result, whatever it is.
// RUN: sed 's/outs(%e : tensor<?x96xf32> by row)/outs(%e : tensor<?x96xf32> by row, %e : tensor<?x96xf32> by row)/; s/%y = row/%y, %more = row/; s/row.yield %yv :/row.yield %yv, %xv : vector<96xf32>,/' %{in} | %{stays}
