//===- Tensors.h - Tensors of the C APIs ------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For both of them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIMECAPI_TENSORS_H
#define SEEDNORM_RUNTIMECAPI_TENSORS_H

#include "seednorm-c/Types.h"
#include "seednorm/Runtime/Result.h"
#include "seednorm/Runtime/Tensor.h"

namespace seednorm::runtime {

/// The tensors of a call from C; an error if a type or rank is none.
Result<std::vector<TensorView>> readTensors(const SeednormTensor *tensors,
                                            int64_t count);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIMECAPI_TENSORS_H
