// The report of a CPU's kernel has its innermost loops, as its machine code has
// them: what they are for comes from the ops that they were.

// Of known code, so that each number can be checked by hand:
// RUN: seednorm-compile %s --target=cpu:x86-64-v3 --entry=forward | FileCheck %s --check-prefix=FORWARD
// FORWARD:      inner loops:        0.94 instructions an element of a row, 0.62 of them on vectors; 12.00 row bytes, minimum 8.00 (ratio 1.50)
// FORWARD-NEXT:   sums: 0.34 instructions an element, 0.25 of them on vectors; 4.00 bytes read, 0.00 written; 24 trips of 32 elements; no calls, no spills
// FORWARD-NEXT:   outputs: 0.59 instructions an element, 0.38 of them on vectors; 8.00 bytes read, 4.00 written; 24 trips of 32 elements; no calls, no spills

// The loop of sums is: four loads with products and additions, and the end.
// RUN: seednorm-compile %s --target=cpu:x86-64-v3 --entry=forward --emit=asm | FileCheck %s --check-prefix=CODE
// CODE:           cmpq $767
// CODE:         .LBB2_4:
// CODE-COUNT-4:   vmovups {{.*}}, %ymm
// CODE:           jle .LBB2_4

// RUN: seednorm-compile %s --target=cpu:neoverse-n1 --entry=forward --emit=report.json | FileCheck %s --check-prefix=JSON
// JSON:      "loop_instructions_per_element": {{[0-9.]+}},
// JSON-NEXT: "loop_row_bytes_per_element": 12,
// JSON-NEXT: "loop_vector_instructions_per_element": {{[0-9.]+}},
// JSON-NEXT: "loops": [
// JSON:        "calls": 0,
// JSON-NEXT:   "elements": 16,
// JSON:        "spill_loads": 0,
// JSON-NEXT:   "spill_stores": 0,
// JSON-NEXT:   "trips": 48,
// JSON:        "work": "sums"
// JSON:        "work": "outputs"

// Loops that run once for many rows are no part of the sum of all.
// RUN: seednorm-compile %s --target=cpu:x86-64-v4 --entry=gradient | FileCheck %s --check-prefix=GRADIENT
// GRADIENT:     inner loops: {{.*}} 4.00 row bytes, minimum 4.00 (ratio 1.00)
// GRADIENT-DAG:   totals: {{.*}}; trips of {{[0-9]+}} elements;
// GRADIENT-DAG:   zeros: {{.*}} 0.00 bytes read, 4.00 written
// GRADIENT-DAG:   sums over rows: {{.*}} 8.00 bytes read, 4.00 written

// A function of f64 is called for each lane.
// RUN: seednorm-compile %s --target=cpu:x86-64-v3 --entry=calls | FileCheck %s --check-prefix=CALLS
// CALLS: outputs: {{.*}}; 2 trips of 32 elements; 32 calls, {{[1-9].*}} of spills

func.func @forward(%x: tensor<?x768xf32>, %p: tensor<768xf32>) -> tensor<?x768xf32> {
  %y = norm.rms_norm %x, %p eps 1.0e-6 : tensor<?x768xf32>, tensor<768xf32>
  return %y : tensor<?x768xf32>
}

func.func @gradient(%x: tensor<?x768xf32>) -> tensor<768xf32> {
  %empty = tensor.empty() : tensor<768xf32>
  %sum = row.program ins(%x : tensor<?x768xf32> by row)
      outs(%empty : tensor<768xf32> summed) {
  ^bb0(%v: vector<768xf32>):
    row.yield %v : vector<768xf32>
  }
  return %sum : tensor<768xf32>
}

func.func @calls(%x: tensor<?x64xf64>) -> tensor<?x64xf64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf64>
  %empty = tensor.empty(%n) : tensor<?x64xf64>
  %y = linalg.exp ins(%x : tensor<?x64xf64>) outs(%empty : tensor<?x64xf64>) -> tensor<?x64xf64>
  return %y : tensor<?x64xf64>
}
