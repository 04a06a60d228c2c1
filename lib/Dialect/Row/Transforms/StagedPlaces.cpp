//===- StagedPlaces.cpp - A block's copies of parameters ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/StagedPlaces.h"

#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

/// Widest access of a thread, and bytes of all banks.
static constexpr int64_t kAccessBytes = 16, kBankBytes = 128;

/// With accesses of 16 bytes, 8 neighbouring lanes are served at once. When the
/// block copies, they have all `parts` parts of 8 / `parts` vectors: each part
/// should begin so many bytes of banks behind the one before. When a thread
/// loads, they have one part of 8 vectors, next to each other wherever it
/// begins.
StagedPlaces seednorm::row::getStagedPlaces(int64_t stored, int64_t bytes,
                                            int64_t vector, int64_t parts) {
  if (parts == 1)
    return {1, vector, stored};
  int64_t width = vector / parts, stride = stored / parts;
  int64_t excess = stride * bytes % kBankBytes, wanted = kBankBytes / parts;
  return {parts, width,
          stride + ((wanted - excess + kBankBytes) % kBankBytes) / bytes};
}

StagedPlaces seednorm::row::getStagedPlaces(ProgramOp program,
                                            GPUScheduleAttr schedule,
                                            unsigned index) {
  Type slice = program.getBodyBlock().getArgument(index).getType();
  Value memory = program.getInputs()[index];
  int64_t bytes =
      llvm::divideCeil(getElementTypeOrSelf(slice).getIntOrFloatBitWidth(), 8);
  int64_t stored = getNumStoredElements(memory.getType(), slice);
  int64_t vector = schedule.getVector();
  bool isByColumn = getNumElements(slice) == program.getNumColumns();
  bool isInParts = isByColumn && stored % vector == 0 &&
                   vector * bytes > kAccessBytes &&
                   getSliceAlignment(memory, slice) >= kAccessBytes;
  return getStagedPlaces(stored, bytes, vector,
                         isInParts ? vector * bytes / kAccessBytes : 1);
}
