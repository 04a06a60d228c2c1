//===- ShardedTypes.cpp - A row's columns in equal parts ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements are numbered with the last dimension fastest, so what is contiguous
// is a part of the first dimensions.
//
//===----------------------------------------------------------------------===//

#include "ShardedTypes.h"

using namespace mlir;
using namespace seednorm::row;

std::optional<Type> seednorm::row::getShardType(Type type, int64_t shards) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return type;
  SmallVector<int64_t> shape(vector.getShape());
  for (int64_t &size : shape) {
    if (size % shards == 0) {
      size /= shards;
      return VectorType::get(shape, vector.getElementType());
    }
    if (shards % size != 0)
      return std::nullopt;
    shards /= size;
    size = 1;
  }
  return VectorType::get(shape, vector.getElementType());
}

std::optional<RankedTensorType>
seednorm::row::getShardType(RankedTensorType operand, Type slice,
                            int64_t shards) {
  std::optional<Type> shard = getShardType(slice, shards);
  auto vector = shard ? dyn_cast<VectorType>(*shard) : VectorType();
  if (!vector)
    return shard ? std::optional(operand) : std::nullopt;
  SmallVector<int64_t> shape(operand.getShape());
  size_t stored = std::min<size_t>(shape.size(), vector.getRank());
  llvm::copy(vector.getShape().take_back(stored), shape.end() - stored);
  return RankedTensorType::get(shape, operand.getElementType());
}
