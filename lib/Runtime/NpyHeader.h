//===- NpyHeader.h - The header of a .npy file ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A Python dictionary in text: {'descr': '<f4', 'fortran_order': False,
// 'shape': (2, 3), }.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_RUNTIME_NPYHEADER_H
#define SEEDNORM_LIB_RUNTIME_NPYHEADER_H

#include "seednorm/Runtime/Npy.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seednorm::runtime {

struct NpyHeader {
  NpyType type = NpyType::F32;
  std::vector<int64_t> shape;
  int64_t numBytes = 0; ///< Of all elements.
};

/// Parses the dictionary of the file `path`.
Result<NpyHeader> parseNpyHeader(std::string_view text,
                                 const std::string &path);

/// The bytes of a file up to its first element.
std::string buildNpyPreamble(NpyType type, const std::vector<int64_t> &shape);

/// The bytes that an array takes, or nothing if that exceeds int64_t or a size
/// is negative.
std::optional<int64_t> computeNumBytes(NpyType type,
                                       const std::vector<int64_t> &shape);

} // namespace seednorm::runtime

#endif // SEEDNORM_LIB_RUNTIME_NPYHEADER_H
