//===- ArgumentAttributes.h - What callers say of memory --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes of a function's arguments.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_ARGUMENTATTRIBUTES_H
#define SEEDNORM_DIALECT_ROW_IR_ARGUMENTATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace seednorm::row {

/// How many of a tensor's last dimensions lie without gaps, if not all.
inline constexpr llvm::StringLiteral kDenseDimsAttrName = "seednorm.dense_dims";

/// On memory, for which callers vouch: the address of its first element, and
/// every stride that is not static, are multiples of so many bytes.
inline constexpr llvm::StringLiteral kAlignmentAttrName = "row.alignment";

/// On what a shard of rows adds to a sum: how the parts of shards are combined,
/// as `vector.kind` has it, and of how many consecutive shards.
inline constexpr llvm::StringLiteral kCombineAttrName = "row.combine";
inline constexpr llvm::StringLiteral kShardsAttrName = "row.shards";

/// On arguments and results of a function for a shard: of which argument or
/// result of the function that was split they are the part.
inline constexpr llvm::StringLiteral kPartOfAttrName = "row.part_of";

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_IR_ARGUMENTATTRIBUTES_H
