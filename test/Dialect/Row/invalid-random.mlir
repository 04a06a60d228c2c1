// RUN: seednorm-opt %s --split-input-file --verify-diagnostics

// Without a program there is no row.
func.func @philox_alone(%s: i64) -> vector<8xi32> {
  // expected-error @below {{expects parent op 'row.program'}}
  %bits = row.philox %s, %s : vector<8xi32>
  return %bits : vector<8xi32>
}

// -----

func.func @philox_words(%s: memref<i64>, %y: memref<?x8xi64>) {
  row.program ins(%s : memref<i64> shared) outs(%y : memref<?x8xi64> by row) {
  ^bb0(%sv: i64):
    // expected-error @below {{result #0 must be vector of 32-bit signless integer values}}
    %bits = row.philox %sv, %sv : vector<8xi64>
    row.yield %bits : vector<8xi64>
  }
  return
}

// -----

// C5
func.func @philox_columns(%s: memref<i64>, %y: memref<?x8xi32>) {
  row.program ins(%s : memref<i64> shared) outs(%y : memref<?x8xi32> by row) {
  ^bb0(%sv: i64):
    // expected-error @below {{in a row program of 8 columns expects vectors whose number of elements divides it, but got 'vector<3xi32>'}}
    %bits = row.philox %sv, %sv : vector<3xi32>
    %zero = arith.constant dense<0> : vector<8xi32>
    row.yield %zero : vector<8xi32>
  }
  return
}

// -----

func.func @philox_seed(%s: memref<?x8xi64>, %y: memref<?x8xi32>) {
  row.program ins(%s : memref<?x8xi64> by row) outs(%y : memref<?x8xi32> by row) {
  ^bb0(%sv: vector<8xi64>): // expected-note {{prior use here}}
    // expected-error @below {{use of value '%sv' expects different type than prior uses: 'i64' vs 'vector<8xi64>'}}
    %bits = row.philox %sv, %sv : vector<8xi32>
    row.yield %bits : vector<8xi32>
  }
  return
}
