//===- KernelBuffer.h - Buffers described on a command line -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `x:bf16:4096:random:rw` as memory a kernel can be launched on.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_SEEDNORM_EMULATE_KERNELBUFFER_H
#define SEEDNORM_TOOLS_SEEDNORM_EMULATE_KERNELBUFFER_H

#include "seednorm/Target/Emulator/Emulator.h"

#include "llvm/ADT/StringRef.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace seednorm::emulator {

/// The types elements of a buffer may have.
enum class ElementType { F8E4M3FN, F8E5M2, BF16, F16, F32, F64, I8, I32, I64 };

/// Memory for one pointer argument of a kernel.
class KernelBuffer {
public:
  /// Parses `name:type:count` followed by any of `:zero` (the default),
  /// `:iota` (0, 1, 2, ...), `:random` (uniform in [-1, 1), by the seed),
  /// `:@file` (raw elements), `:rw` (kernels may write it) and `:predecessor`
  /// (the grid before may still use it).
  static llvm::Expected<KernelBuffer> parse(llvm::StringRef text,
                                            uint64_t seed);

  Region getRegion();
  llvm::StringRef getName() const { return name; }

  /// Prints `name: 0 1 2 3`.
  void print(llvm::raw_ostream &stream) const;

  /// Writes the raw elements to a file.
  llvm::Error save(llvm::StringRef path) const;

private:
  llvm::Error applyWord(llvm::StringRef word, uint64_t seed);
  llvm::Error load(llvm::StringRef path);
  void fillRandom(uint64_t seed);
  double get(uint64_t index) const;
  void set(uint64_t index, double value);

  char *getData();
  const char *getData() const;

  std::string name;
  ElementType type = ElementType::F32;
  unsigned elementBytes = 4;
  uint64_t count = 0;
  bool writable = false, fromPredecessor = false;
  std::vector<char> storage;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_TOOLS_SEEDNORM_EMULATE_KERNELBUFFER_H
