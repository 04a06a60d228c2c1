//===- ShardedTypes.h - A row's columns in equal parts ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shard s of n owns the s-th contiguous D/n of D columns, and of every value
// the elements that belong to those.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHARDEDTYPES_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHARDEDTYPES_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include <optional>

namespace seednorm::row {

/// What a shard of so many has of a slice or value of type `type`: as many
/// dimensions, the first ones divided; one element where several shards have it
/// in common. Nothing if a shard would own parts of elements or gaps.
std::optional<mlir::Type> getShardType(mlir::Type type, int64_t shards);

/// What a shard has of an operand, of which programs take slices `slice`.
std::optional<mlir::RankedTensorType>
getShardType(mlir::RankedTensorType operand, mlir::Type slice, int64_t shards);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHARDEDTYPES_H
