//===- CPUImage.cpp - Machine code for a CPU, as data ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory is written first and executable after, never both.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/CPUImage.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace seednorm::runtime;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static Failure makeFailure(const std::string &rule) {
  return Failure{"expects the code of a package to " + rule +
                 ", but it does not"};
}

/// Whether [offset, offset + size) is inside [0, limit).
static bool isInside(int64_t offset, int64_t size, int64_t limit) {
  return offset >= 0 && size >= 0 && size <= limit && offset <= limit - size;
}

static bool isInSegment(const CPUImage &image, int64_t offset, int64_t size) {
  for (const ImageSegment &segment : image.segments)
    if (offset >= segment.offset &&
        isInside(offset - segment.offset, size, segment.size))
      return true;
  return false;
}

static Status checkSegments(const CPUImage &image) {
  int64_t end = 0;
  for (const ImageSegment &segment : image.segments) {
    bool aligned = segment.offset % image.pageBytes == 0;
    if (!isInside(segment.offset, segment.size, image.size) || !aligned ||
        segment.offset < end)
      return makeFailure("have its segments on pages, in order, inside of it");
    if (static_cast<int64_t>(segment.bytes.size()) > segment.size)
      return makeFailure("have no more bytes than memory");
    end = segment.offset + segment.size;
  }
  return Success{};
}

Status seednorm::runtime::checkImage(const CPUImage &image) {
  int64_t page = image.pageBytes;
  if (page < 4096 || (page & (page - 1)) != 0 || image.size <= 0 ||
      image.size % page != 0)
    return makeFailure("be whole pages");
  if (Status status = checkSegments(image); !status)
    return status;
  for (int64_t offset : image.pointers)
    if (!isInSegment(image, offset, 8))
      return makeFailure("have its pointers in segments");
  for (const ImageSymbol &import : image.imports)
    if (!isInSegment(image, import.offset, 8))
      return makeFailure("have its imports in segments");
  for (const ImageSymbol &symbol : image.exports)
    if (!isInSegment(image, symbol.offset, 1))
      return makeFailure("have its exports in segments");
  return Success{};
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static Failure makeSystemFailure(const char *call, int64_t bytes) {
  return Failure{std::string(call) + " failed with '" + std::strerror(errno) +
                 "' for " + std::to_string(bytes) + " bytes of machine code"};
}

/// Fills in addresses that are known now.
static Status resolve(const CPUImage &image, char *memory) {
  for (int64_t offset : image.pointers) {
    uint64_t value;
    std::memcpy(&value, memory + offset, sizeof(value));
    value += reinterpret_cast<uintptr_t>(memory);
    std::memcpy(memory + offset, &value, sizeof(value));
  }
  for (const ImageSymbol &import : image.imports) {
    void *function = findImport(import.name);
    if (!function)
      return Failure{"expects compiled code to call functions of the run-time "
                     "library, but it calls '" +
                     import.name + "', which it does not have"};
    std::memcpy(memory + import.offset, &function, sizeof(function));
  }
  return Success{};
}

static Status protect(const CPUImage &image, char *memory) {
  for (const ImageSegment &segment : image.segments) {
    if (segment.access == Access::ReadWrite)
      continue;
    bool executes = segment.access == Access::ReadExecute;
    char *begin = memory + segment.offset;
    if (mprotect(begin, segment.size, PROT_READ | (executes ? PROT_EXEC : 0)) !=
        0)
      return makeSystemFailure("mprotect", segment.size);
    if (executes)
      __builtin___clear_cache(begin, begin + segment.size);
  }
  return Success{};
}

Result<LoadedImage> LoadedImage::load(const CPUImage &image) {
  if (Status status = checkImage(image); !status)
    return status.failure();
  if (image.pageBytes % sysconf(_SC_PAGESIZE) != 0)
    return Failure{"expects pages of at most " +
                   std::to_string(image.pageBytes) +
                   " bytes, as the code was linked for, but this system has " +
                   std::to_string(sysconf(_SC_PAGESIZE))};
  void *memory = mmap(nullptr, image.size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return makeSystemFailure("mmap", image.size);
  LoadedImage loaded;
  loaded.memory = static_cast<char *>(memory);
  loaded.size = image.size;
  loaded.exports = image.exports;
  for (const ImageSegment &segment : image.segments)
    std::memcpy(loaded.memory + segment.offset, segment.bytes.data(),
                segment.bytes.size());
  if (Status status = resolve(image, loaded.memory); !status)
    return status.failure();
  if (Status status = protect(image, loaded.memory); !status)
    return status.failure();
  return loaded;
}

LoadedImage::LoadedImage(LoadedImage &&other) noexcept
    : memory(std::exchange(other.memory, nullptr)), size(other.size),
      exports(std::move(other.exports)) {}

LoadedImage &LoadedImage::operator=(LoadedImage &&other) noexcept {
  std::swap(memory, other.memory);
  std::swap(size, other.size);
  std::swap(exports, other.exports);
  return *this;
}

LoadedImage::~LoadedImage() {
  if (memory)
    munmap(memory, size);
}

Result<void *> LoadedImage::lookup(std::string_view name) const {
  for (const ImageSymbol &symbol : exports)
    if (symbol.name == name)
      return static_cast<void *>(memory + symbol.offset);
  return Failure{"expects the code to have a function '" + std::string(name) +
                 "', but it has none"};
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void seednorm::runtime::callOnMemRefs(PackedFunction function,
                                      Span<TensorView> buffers) {
  // A memref descriptor: allocated and aligned pointer, offset, sizes, strides.
  size_t words = 0;
  for (const TensorView &buffer : buffers)
    words += 3 + 2 * buffer.shape.size();
  std::vector<int64_t> descriptors;
  descriptors.reserve(words);
  // An address of each descriptor, and one of each of these.
  std::vector<void *> arguments(2 * buffers.size());
  for (size_t index = 0; index < buffers.size(); ++index) {
    const TensorView &buffer = buffers[index];
    auto address = reinterpret_cast<int64_t>(buffer.data);
    void *&pointer = arguments[buffers.size() + index];
    pointer = descriptors.data() + descriptors.size();
    arguments[index] = &pointer;
    descriptors.insert(descriptors.end(), {address, address, 0});
    descriptors.insert(descriptors.end(), buffer.shape.begin(),
                       buffer.shape.end());
    for (size_t dim = 0; dim < buffer.shape.size(); ++dim)
      descriptors.push_back(getStride(buffer, dim));
  }
  function(arguments.data());
}
