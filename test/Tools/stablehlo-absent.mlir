// UNSUPPORTED: stablehlo
// RUN: split-file %s %t
// RUN: not seednorm-compile %t/syntax.mlir 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not seednorm-opt %t/syntax.mlir 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not seednorm-compile %t/type.mlir 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not seednorm-compile %t/attribute.mlir 2>&1 | FileCheck %s --check-prefix=ATTRIBUTE
// RUN: not seednorm-compile %t/generic.mlir 2>&1 | FileCheck %s --check-prefix=GENERIC
// RUN: seednorm-opt %t/generic.mlir | FileCheck %s --check-prefix=READ

// In a build without StableHLO its syntax gets an error that says what to do.

// SYNTAX:    syntax.mlir:2:8: error: custom op 'stablehlo.add' is in StableHLO's own syntax, which needs a build of seednorm with -DSEEDNORM_ENABLE_STABLEHLO=ON (see docs/Frontends.md)
// TYPE:      type.mlir:1:{{[0-9]+}}: error: this type is StableHLO's, which needs a build of seednorm with -DSEEDNORM_ENABLE_STABLEHLO=ON
// ATTRIBUTE: attribute.mlir:2:{{[0-9]+}}: error: this attribute is StableHLO's, which needs a build of seednorm with -DSEEDNORM_ENABLE_STABLEHLO=ON
// GENERIC:   generic.mlir:2:8: error: 'stablehlo.add' op is StableHLO, which needs a build of seednorm with -DSEEDNORM_ENABLE_STABLEHLO=ON
// READ:      "stablehlo.add"

//--- syntax.mlir
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = stablehlo.add %x, %x : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
//--- type.mlir
func.func @main(%x: !stablehlo.token) -> tensor<4x8xf32>
//--- attribute.mlir
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "stablehlo.sort"(%x) {precision = #stablehlo<precision DEFAULT>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
//--- generic.mlir
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "stablehlo.add"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
