// RUN: seednorm-opt %s --convert-linalg-to-row='report drop-asserts' | FileCheck %s
// RUN: seednorm-opt %s --seednorm-to-rows=drop-asserts --row-report='expect-programs=1 remarks=false' | FileCheck %s
// RUN: seednorm-opt %s --seednorm-to-rows --row-report='expect-programs=0 remarks=false' | FileCheck %s --check-prefix=KEPT

// Asserts go where they are asked to, inside of payloads and around them.

// CHECK-LABEL: func @reciprocal
// CHECK-NOT:     cf.assert
// CHECK:         row.program
// CHECK-NOT:     cf.assert
// CHECK:         return

// KEPT-LABEL: func @reciprocal
// KEPT:         cf.assert %{{.+}}, "expects rows"
// KEPT:         cf.assert %{{.+}}, "division by zero"
// KEPT:         return
func.func @reciprocal(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %some = arith.cmpi ne, %n, %c0 : index
  cf.assert %some, "expects rows"
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<?x8xf32>) {
  ^bb0(%a: f32):
    %zero = arith.constant 0.0 : f32
    %ok = arith.cmpf une, %a, %zero : f32
    cf.assert %ok, "division by zero"
    %one = arith.constant 1.0 : f32
    %r = arith.divf %one, %a : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
