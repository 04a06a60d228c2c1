//===- StagedPlaces.h - A block's copies of parameters ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the elements of what all rows share lie in the shared memory of a
// block, so that no lane of a warp waits for a bank: neither when the block
// stores what it copies, nor when threads load vectors of their columns.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_STAGEDPLACES_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_STAGEDPLACES_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// A vector of columns that is more than one access is in `parts` parts, of
/// `width` elements each: the first parts of all vectors one after the other,
/// then the second ones, from `partStride` elements on. With one part, elements
/// are in their order.
struct StagedPlaces {
  int64_t parts, width, partStride;

  int64_t getNumElements() const { return parts * partStride; }
};

/// The places of input `index` of `program`, which is staged.
StagedPlaces getStagedPlaces(ProgramOp program, GPUScheduleAttr schedule,
                             unsigned index);

/// The same of `stored` elements of `bytes` bytes in so many parts of a vector
/// of `vector` elements.
StagedPlaces getStagedPlaces(int64_t stored, int64_t bytes, int64_t vector,
                             int64_t parts);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_STAGEDPLACES_H
