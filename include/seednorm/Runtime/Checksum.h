//===- Checksum.h - A checksum of bytes -------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For damage, not for attacks: whoever can change a package can run code.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_CHECKSUM_H
#define SEEDNORM_RUNTIME_CHECKSUM_H

#include <cstdint>
#include <string_view>

namespace seednorm::runtime {

/// CRC-32C (RFC 3720, appendix B.4) of bytes that come behind others, whose
/// checksum is `before`.
uint32_t computeCRC32C(std::string_view bytes, uint32_t before = 0);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_CHECKSUM_H
