// Errors are measured against the rows of the programs, which need not be those
// of the last dimension: groups of channels, one number a row.

// RUN: seednorm-run %s --random --rows=3 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --random --rows=3 --compare-with=decompose --target=emulated | FileCheck %s
// RUN: seednorm-run %s --random --entry=no_rows --compare-with=decompose | FileCheck %s --check-prefix=NONE
// RUN: not seednorm-run %s --random --rows=3 --compare-with=decompose --tolerance=0 --entry=groups 2>&1 | FileCheck %s --check-prefix=ZERO

// CHECK:      result0: max abs error
// CHECK-NEXT: result1: max abs error
// CHECK-NEXT: result2: max abs error
// NONE:       result0: max abs error 0,
// NONE-NEXT:  result1: max abs error 0,
// ZERO:       error: expects 'result0' to be within 0 units of the decomposed norms

func.func @main(%x: tensor<?x12x5x7xf32>, %gamma: tensor<12xf32>,
                %bias: tensor<12xf32>, %flat: tensor<?x96xf32>)
    -> (tensor<?x12x5x7xf32>, tensor<?x96xf32>, tensor<?xf32>) {
  %y = norm.group_norm %x gamma(%gamma : tensor<12xf32>)
      bias(%bias : tensor<12xf32>) groups 3 eps 1.0e-5 : tensor<?x12x5x7xf32>
  %z = norm.l2_norm %flat eps 1.0e-6 : tensor<?x96xf32>
  %q, %scale = norm.quantize %z to i8 per row : tensor<?x96xf32>
  return %y, %z, %scale : tensor<?x12x5x7xf32>, tensor<?x96xf32>, tensor<?xf32>
}

// The channels of a group are its columns where there are no other dimensions.
func.func @groups(%x: tensor<?x96xf32>, %gamma: tensor<96xf32>,
                  %bias: tensor<96xf32>) -> tensor<?x96xf32> {
  %y = norm.group_norm %x gamma(%gamma : tensor<96xf32>)
      bias(%bias : tensor<96xf32>) groups 4 eps 1.0e-5 : tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

func.func @no_rows(%x: tensor<2x0x40xf32>)
    -> (tensor<2x0x40xi8>, tensor<2x0x2xf32>) {
  %q, %scale = norm.quantize %x to i8 per group group_size 32
      : tensor<2x0x40xf32>
  return %q, %scale : tensor<2x0x40xi8>, tensor<2x0x2xf32>
}
