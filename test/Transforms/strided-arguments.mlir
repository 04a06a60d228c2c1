// RUN: seednorm-opt %s --split-input-file --strided-arguments --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @queries
// CHECK-SAME:    (%[[X:.*]]: memref<?x?x8x64xbf16, strided<[?, ?, 64, 1]>> {row.alignment = 16 : i64, seednorm.alignment = 16 : i64, seednorm.dense_dims = 2 : i64}, %{{.*}}: tensor<64xf32>)
// CHECK:         %[[T:.*]] = bufferization.to_tensor %[[X]] restrict
// CHECK:         return %[[T]]
func.func @queries(
    %x: tensor<?x?x8x64xbf16> {seednorm.dense_dims = 2 : i64, seednorm.alignment = 16 : i64},
    %g: tensor<64xf32>) -> tensor<?x?x8x64xbf16> {
  return %x : tensor<?x?x8x64xbf16>
}

// -----

// Of strides nothing is known but whole elements.
// CHECK-LABEL: func @elements
// CHECK-SAME:    memref<?x64xbf16, strided<[?, 1]>> {row.alignment = 2 : i64,
func.func @elements(%x: tensor<?x64xbf16> {seednorm.dense_dims = 1 : i64}) {
  return
}

// -----

// CHECK-LABEL: func @no_match
// CHECK-SAME:    (%{{.*}}: tensor<?x64xbf16>)
// CHECK-NOT:     bufferization
func.func @no_match(%x: tensor<?x64xbf16>) {
  return
}

// -----

// expected-error @below {{expects 'seednorm.dense_dims' to be a number of last dimensions of a tensor, at least 1, but argument 0 is 'tensor<?x64xbf16>' with 3 : i64}}
func.func @too_many(%x: tensor<?x64xbf16> {seednorm.dense_dims = 3 : i64}) {
  return
}

// -----

// expected-error @below {{expects 'seednorm.alignment' to be a power of two, but argument 0 has 12 : i64}}
func.func @alignment(%x: tensor<?x64xbf16> {seednorm.dense_dims = 1 : i64, seednorm.alignment = 12 : i64}) {
  return
}
