//===- BankConflicts.cpp - Wavefronts of a shared request -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The words that lanes want at once, sorted by bank.
//
//===----------------------------------------------------------------------===//

#include "BankConflicts.h"

#include "HostProgram.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <array>

using namespace llvm;
using namespace seednorm::emulator;

static constexpr uint64_t wordBytes = 4, numBanks = 32, maxPieceBytes = 16;

// Wavefronts for words that are wanted at the same time.
static uint64_t countForWords(SmallVectorImpl<uint64_t> &words) {
  // Not llvm::sort, which calls the C library for each comparison of integers.
  std::sort(words.begin(), words.end());
  words.erase(llvm::unique(words), words.end());
  std::array<uint64_t, numBanks> perBank{};
  for (uint64_t word : words)
    ++perBank[word % numBanks];
  return *llvm::max_element(perBank);
}

// Counts one instruction in which each lane accesses up to `pieceBytes`.
static void countPiece(ArrayRef<SharedAccess> request, uint64_t offset,
                       uint64_t pieceBytes, Wavefronts &wavefronts) {
  uint64_t lanesAtOnce =
      warpSize / std::max<uint64_t>(1, pieceBytes / wordBytes);
  SmallVector<uint64_t, 32> words;
  for (uint64_t first = 0; first < warpSize; first += lanesAtOnce) {
    words.clear();
    for (const SharedAccess &access : request) {
      if (access.lane - first >= lanesAtOnce || access.bytes <= offset)
        continue;
      uint64_t begin = access.address + offset;
      uint64_t end = begin + std::min(pieceBytes, access.bytes - offset);
      for (uint64_t word = begin / wordBytes; word * wordBytes < end; ++word)
        words.push_back(word);
    }
    if (words.empty())
      continue;
    wavefronts.needed += countForWords(words);
    ++wavefronts.least;
  }
}

Wavefronts seednorm::emulator::countWavefronts(ArrayRef<SharedAccess> request,
                                               uint64_t alignment) {
  uint64_t bytes = 0;
  for (const SharedAccess &access : request)
    bytes = std::max(bytes, access.bytes);
  uint64_t pieceBytes = std::min({bit_ceil(bytes), alignment, maxPieceBytes});
  Wavefronts wavefronts;
  for (uint64_t offset = 0; offset < bytes; offset += pieceBytes)
    countPiece(request, offset, pieceBytes, wavefronts);
  return wavefronts;
}
