#===- SeednormPrecompile.cmake - Headers that are parsed once ---------------===//
#
# Nine tenths of the time of a build went to parsing and instantiating headers of
# MLIR, the same ones for most sources: 45 minutes of one core in all (an estimate), and a quarter
# of that with these parsed once. Only headers from outside are here, so that an edit
# of ours compiles no more than it did.
#
# A source still includes what it uses. Configured with
# -DSEEDNORM_PRECOMPILE_HEADERS=OFF, a build shows what forgets to.
#
#===-----------------------------------------------------------------------===//

option(SEEDNORM_PRECOMPILE_HEADERS "Parse the headers of MLIR once" ON)

# seednorm_precompile_headers()
# Makes the headers that libraries reuse. Only clang: g++ was not tried.
function(seednorm_precompile_headers)
  if(NOT SEEDNORM_PRECOMPILE_HEADERS OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  add_library(SeednormHeaders OBJECT "${PROJECT_SOURCE_DIR}/cmake/Empty.cpp")
  seednorm_set_compile_options(SeednormHeaders)
  # Times of headers in it would keep compiler caches from finding it.
  target_compile_options(SeednormHeaders PRIVATE
    "SHELL:-Xclang -fno-pch-timestamp")
  target_link_libraries(SeednormHeaders PRIVATE SeednormMLIR)
  target_precompile_headers(SeednormHeaders PRIVATE
    <mlir/Dialect/Arith/IR/Arith.h>
    <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/Dialect/GPU/IR/GPUDialect.h>
    <mlir/Dialect/LLVMIR/LLVMDialect.h>
    <mlir/Dialect/LLVMIR/NVVMDialect.h>
    <mlir/Dialect/Linalg/IR/Linalg.h>
    <mlir/Dialect/Math/IR/Math.h>
    <mlir/Dialect/MemRef/IR/MemRef.h>
    <mlir/Dialect/SCF/IR/SCF.h>
    <mlir/Dialect/Tensor/IR/Tensor.h>
    <mlir/Dialect/Vector/IR/VectorOps.h>
    <mlir/IR/Builders.h>
    <mlir/IR/BuiltinOps.h>
    <mlir/IR/IRMapping.h>
    <mlir/IR/Matchers.h>
    <mlir/IR/PatternMatch.h>
    <mlir/IR/TypeUtilities.h>
    <mlir/Pass/PassManager.h>
    <mlir/Transforms/WalkPatternRewriteDriver.h>
    <llvm/ADT/STLExtras.h>
    <llvm/ADT/SetVector.h>
    <llvm/ADT/StringExtras.h>
    <llvm/ADT/TypeSwitch.h>
    <llvm/IR/IRBuilder.h>
    <llvm/IR/Module.h>
    <llvm/Support/Error.h>
    <llvm/Support/MathExtras.h>
    <llvm/Support/raw_ostream.h>)
endfunction()

# seednorm_reuse_headers(<target>)
# Has a library of ours that includes MLIR start from them, if they are made.
function(seednorm_reuse_headers target)
  if(TARGET SeednormHeaders)
    target_precompile_headers(${target} REUSE_FROM SeednormHeaders)
  endif()
endfunction()
