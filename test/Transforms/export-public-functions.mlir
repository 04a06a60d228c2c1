// RUN: seednorm-opt %s --export-public-functions | FileCheck %s

// CHECK: func.func @public({{.*}}) attributes {llvm.emit_c_interface}
func.func @public(%x: memref<4xf32>) {
  return
}

// CHECK: func.func private @private({{.*}}) {
func.func private @private(%x: memref<4xf32>) {
  return
}

// CHECK: func.func private @external(memref<4xf32>){{$}}
func.func private @external(memref<4xf32>)
