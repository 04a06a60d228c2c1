// RUN: seednorm-run %s --random --seed=7 --rows=5 --compare-with=decompose | FileCheck %s
// RUN: seednorm-run %s --random --seed=7 --rows=5 --compare-with=decompose --target=emulated | FileCheck %s
// RUN: seednorm-run %s --random --rows=5 --compare-with=decompose --target=emulated:sm_80 | FileCheck %s

// CHECK:      scaled: tensor<5x96xbf16>, checksum {{[0-9a-f]{16}$}}
// CHECK-NEXT: result1: tensor<5x96xf32>, checksum {{[0-9a-f]{16}$}}
// CHECK-NEXT: scaled: max abs error {{.+}}, {{[0-9.e-]+}} units in the last place
// CHECK-NEXT: result1: max abs error {{.+}}, {{[0-9.e-]+}} units in the last place

// A seed gives the same numbers again, another one gives others, and what order
// the lanes run in does not matter.
// RUN: seednorm-run %s --random --seed=7 > %t.first
// RUN: seednorm-run %s --random --seed=7 > %t.again
// RUN: seednorm-run %s --random --seed=8 > %t.other
// RUN: diff %t.first %t.again
// RUN: not diff %t.first %t.other

// RUN: seednorm-run %s --random --rows=0 --compare-with=decompose | FileCheck %s --check-prefix=EMPTY
// EMPTY: scaled: tensor<0x96xbf16>
// EMPTY: scaled: max abs error 0, 0 units in the last place

// RUN: seednorm-run %s --random --repeat=3 | FileCheck %s --check-prefix=REPEAT
// REPEAT: best of 3: {{[0-9.]+}} ms

func.func @main(%x: tensor<?x96xbf16>, %alpha: tensor<96xf32>,
                %beta: tensor<96xf32>, %gamma: tensor<96xf32>,
                %z: tensor<?x96xf32>)
    -> (tensor<?x96xbf16> {seednorm.name = "scaled"}, tensor<?x96xf32>) {
  %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6 heads 6
      activation softsign gamma_offset 1.0
      : tensor<?x96xbf16>, tensor<96xf32>
  %w = norm.rms_norm %z, %gamma eps 1.0e-5 : tensor<?x96xf32>, tensor<96xf32>
  return %y, %w : tensor<?x96xbf16>, tensor<?x96xf32>
}
