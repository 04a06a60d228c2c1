//===- KeptMemory.cpp - Memory kept from call to call ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A list of free blocks, the last one released at its end: its lines are the
// likeliest to be in a cache. In front of the memory of each block is what is
// known of it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/KeptMemory.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <vector>

#include <sys/mman.h>

using namespace seednorm::runtime;

namespace {

constexpr size_t lineBytes = 64, pageBytes = 4096;
constexpr size_t hugePageBytes = size_t(2) << 20;
// Blocks from here on start on a huge page, and ask for such.
constexpr size_t minHugeBytes = 2 * hugePageBytes;
// A block is taken for so much less than it has: one quarter more.
constexpr size_t wasteDivisor = 4;
constexpr size_t defaultMiB = 256, mostMiB = size_t(1) << 30;

// What is in front of the memory.
struct Header {
  void *block; // As malloc or the system gave it.
  size_t size; // Of the block, in bytes; 0 if it is not kept.
};
static_assert(sizeof(Header) <= lineBytes);

struct FreeBlock {
  void *block = nullptr;
  size_t size = 0;
};

struct Store {
  std::mutex mutex;
  std::vector<FreeBlock> blocks;
  size_t bytes = 0; // Of all blocks.
  std::optional<size_t> most;
};

} // namespace

// Never destroyed: results may be released while the process ends.
static Store &getStore() {
  static auto *store = new Store;
  return *store;
}

static size_t readMost() {
  const char *text = std::getenv("SEEDNORM_KEPT_MIB");
  if (!text || !*text)
    return defaultMiB << 20;
  char *end = nullptr;
  unsigned long long value = std::strtoull(text, &end, 10);
  if (*text >= '0' && *text <= '9' && *end == '\0' && value <= mostMiB)
    return static_cast<size_t>(value) << 20;
  std::fprintf(stderr,
               "seednorm: expects SEEDNORM_KEPT_MIB to be a number from 0 to "
               "%zu, but got '%s'; it is ignored\n",
               mostMiB, text);
  return defaultMiB << 20;
}

static size_t getMost(Store &store) {
  if (!store.most)
    store.most = readMost();
  return *store.most;
}

// A lock that is not waited for: in a forked child nobody may be there to open
// it, and then memory is not kept.
static std::unique_lock<std::mutex> tryLock(Store &store) {
  return std::unique_lock<std::mutex>(store.mutex, std::try_to_lock);
}

static size_t roundUp(size_t size, size_t unit) {
  return (size + unit - 1) / unit * unit;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

// The last block released that has room enough, and not far too much.
static std::optional<FreeBlock> takeFree(size_t size) {
  Store &store = getStore();
  auto lock = tryLock(store);
  if (!lock.owns_lock())
    return std::nullopt;
  auto fits = [&](const FreeBlock &free) {
    return free.size >= size && free.size - size <= size / wasteDivisor;
  };
  auto found = std::find_if(store.blocks.rbegin(), store.blocks.rend(), fits);
  if (found == store.blocks.rend())
    return std::nullopt;
  FreeBlock taken = *found;
  store.blocks.erase(std::next(found).base());
  store.bytes -= taken.size;
  return taken;
}

// So many bytes from the system that start on a huge page, and may have such:
// malloc would go on to use memory that was advised so for what is small.
static void *mapHuge(size_t size) {
  size_t mapped = size + hugePageBytes;
  void *start = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED)
    return nullptr;
  auto *first = static_cast<char *>(start);
  auto *block = reinterpret_cast<char *>(
      roundUp(reinterpret_cast<uintptr_t>(start), hugePageBytes));
  if (block != first)
    munmap(first, block - first);
  if (size_t rest = first + mapped - (block + size))
    munmap(block + size, rest);
#ifdef MADV_HUGEPAGE
  // Where the system has none, or does not want to, that does nothing.
  madvise(block, size, MADV_HUGEPAGE);
#endif
  return block;
}

static FreeBlock makeBlock(size_t size) {
  size = roundUp(size, pageBytes);
  return {size >= minHugeBytes ? mapHuge(size)
                               : std::aligned_alloc(pageBytes, size),
          size};
}

static void freeBlock(const FreeBlock &free) {
  if (free.size >= minHugeBytes)
    munmap(free.block, free.size);
  else
    std::free(free.block);
}

// Takes blocks out of the store, the oldest first, until it has no more than
// `most`; they are freed without the lock.
static std::vector<FreeBlock> takeSurplus(Store &store, size_t most) {
  size_t number = 0;
  for (; store.bytes > most; ++number)
    store.bytes -= store.blocks[number].size;
  auto end = store.blocks.begin() + static_cast<std::ptrdiff_t>(number);
  std::vector<FreeBlock> surplus(store.blocks.begin(), end);
  store.blocks.erase(store.blocks.begin(), end);
  return surplus;
}

static void freeAll(const std::vector<FreeBlock> &blocks) {
  for (const FreeBlock &free : blocks)
    freeBlock(free);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

// The first multiple of `alignment` behind the header of a block.
static void *placeHeader(const FreeBlock &block, size_t alignment,
                         bool isKept) {
  auto start = reinterpret_cast<uintptr_t>(block.block);
  uintptr_t memory = roundUp(start + sizeof(Header), alignment);
  reinterpret_cast<Header *>(memory)[-1] = {block.block,
                                            isKept ? block.size : 0};
  return reinterpret_cast<void *>(memory);
}

void *seednorm::runtime::allocateKept(size_t bytes, size_t alignment) {
  alignment = std::max(alignment, lineBytes);
  if (alignment > maxKeptAlignment || (alignment & (alignment - 1)) != 0 ||
      bytes > SIZE_MAX / 2)
    return nullptr;
  // The header takes a multiple of the alignment, blocks start at one.
  size_t size = bytes + alignment;
  if (bytes < minKeptBytes) {
    size = roundUp(size, alignment);
    FreeBlock block{std::aligned_alloc(alignment, size), size};
    return block.block ? placeHeader(block, alignment, false) : nullptr;
  }
  FreeBlock block;
  if (std::optional<FreeBlock> kept = takeFree(size))
    block = *kept;
  else
    block = makeBlock(size);
  return block.block ? placeHeader(block, alignment, true) : nullptr;
}

void seednorm::runtime::releaseKept(void *memory) {
  if (!memory)
    return;
  Header header = static_cast<Header *>(memory)[-1];
  if (header.size == 0)
    return std::free(header.block);
  Store &store = getStore();
  std::vector<FreeBlock> surplus;
  {
    auto lock = tryLock(store);
    if (!lock.owns_lock() || header.size > getMost(store)) {
      surplus.push_back({header.block, header.size});
    } else {
      store.blocks.push_back({header.block, header.size});
      store.bytes += header.size;
      surplus = takeSurplus(store, getMost(store));
    }
  }
  freeAll(surplus);
}

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

size_t seednorm::runtime::getKeptBytes() {
  Store &store = getStore();
  std::lock_guard<std::mutex> lock(store.mutex);
  return store.bytes;
}

void seednorm::runtime::setMaxKeptBytes(size_t bytes) {
  Store &store = getStore();
  std::vector<FreeBlock> surplus;
  {
    std::lock_guard<std::mutex> lock(store.mutex);
    store.most = bytes;
    surplus = takeSurplus(store, bytes);
  }
  freeAll(surplus);
}

void seednorm::runtime::dropKept() {
  Store &store = getStore();
  std::vector<FreeBlock> dropped;
  {
    std::lock_guard<std::mutex> lock(store.mutex);
    dropped = takeSurplus(store, 0);
  }
  freeAll(dropped);
}
