//===- Npy.cpp - Arrays in NumPy's file format ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Npy.h"

#include "NpyHeader.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/stat.h>

using namespace seednorm::runtime;

namespace {

struct Closer {
  void operator()(FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, Closer>;

struct OpenFile {
  File file;
  int64_t size = 0;
};

} // namespace

// NumPy refuses headers beyond 10,000 characters; a generous bound still keeps
// a damaged length from reserving memory.
static constexpr uint32_t maxHeaderBytes = 1 << 20;

static Result<OpenFile> openForReading(const std::string &path) {
  struct stat status;
  // Asked by name first: opening a pipe would wait for its writer.
  if (::stat(path.c_str(), &status) != 0)
    return Failure{"cannot open '" + path + "': " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode))
    return Failure{"expects '" + path + "' to be a regular file"};
  OpenFile open{File(std::fopen(path.c_str(), "rb")), status.st_size};
  if (!open.file)
    return Failure{"cannot open '" + path + "': " + std::strerror(errno)};
  return Result<OpenFile>(std::move(open));
}

static bool readExactly(FILE *file, void *target, size_t bytes) {
  return bytes == 0 || std::fread(target, 1, bytes, file) == bytes;
}

// Reads up to the first element; returns the header and where the elements
// start.
static Result<std::pair<NpyHeader, int64_t>>
readHeader(FILE *file, const std::string &path) {
  unsigned char start[8], length[4] = {};
  if (!readExactly(file, start, 8) || std::memcmp(start, "\x93NUMPY", 6) != 0)
    return Failure{"expects '" + path +
                   "' to be a .npy file, but it doesn't "
                   "start like one"};
  if (start[6] < 1 || start[6] > 3 || start[7] != 0)
    return Failure{"expects version 1.0, 2.0 or 3.0 of the .npy format, but '" +
                   path + "' has " + std::to_string(start[6]) + "." +
                   std::to_string(start[7])};
  size_t lengthBytes = start[6] == 1 ? 2 : 4;
  if (!readExactly(file, length, lengthBytes))
    return Failure{"'" + path + "' ends within its header"};
  uint32_t headerBytes = length[0] | length[1] << 8 | length[2] << 16 |
                         static_cast<uint32_t>(length[3]) << 24;
  if (headerBytes > maxHeaderBytes)
    return Failure{"expects a header of at most 1 MiB, but that of '" + path +
                   "' has " + std::to_string(headerBytes) + " bytes"};
  std::string text(headerBytes, '\0');
  if (!readExactly(file, text.data(), headerBytes))
    return Failure{"'" + path + "' ends within its header"};
  Result<NpyHeader> header = parseNpyHeader(text, path);
  if (!header)
    return header.failure();
  int64_t offset = 8 + lengthBytes + headerBytes;
  return std::make_pair(std::move(*header), offset);
}

int64_t NpyArray::getNumElements() const {
  return static_cast<int64_t>(bytes.size()) / getByteWidth(type);
}

Result<NpyArray> seednorm::runtime::readNpy(const std::string &path) {
  Result<OpenFile> open = openForReading(path);
  if (!open)
    return open.failure();
  auto header = readHeader(open->file.get(), path);
  if (!header)
    return header.failure();
  auto &[description, offset] = *header;
  // Compared before anything is reserved.
  if (open->size - offset != description.numBytes)
    return Failure{"expects " + std::to_string(description.numBytes) +
                   " bytes of elements in '" + path + "', but got " +
                   std::to_string(open->size - offset)};
  NpyArray array;
  array.type = description.type;
  array.shape = std::move(description.shape);
  array.bytes.resize(description.numBytes);
  if (!readExactly(open->file.get(), array.bytes.data(), array.bytes.size()))
    return Failure{"cannot read '" + path + "': " + std::strerror(errno)};
  return Result<NpyArray>(std::move(array));
}

Status seednorm::runtime::writeNpy(const std::string &path, NpyType type,
                                   const std::vector<int64_t> &shape,
                                   const void *data) {
  std::optional<int64_t> numBytes = computeNumBytes(type, shape);
  std::string preamble = buildNpyPreamble(type, shape);
  if (!numBytes || preamble.size() > UINT16_MAX)
    return Failure{"expects a shape that fits in memory for '" + path + "'"};
  File file(std::fopen(path.c_str(), "wb"));
  if (!file)
    return Failure{"cannot create '" + path + "': " + std::strerror(errno)};
  size_t bytes = *numBytes;
  bool written =
      std::fwrite(preamble.data(), 1, preamble.size(), file.get()) ==
          preamble.size() &&
      (bytes == 0 || std::fwrite(data, 1, bytes, file.get()) == bytes);
  // A full disk may show only when the last bytes leave the buffer.
  if (std::fclose(file.release()) != 0 || !written)
    return Failure{"cannot write '" + path + "': " + std::strerror(errno)};
  return Success{};
}

Status seednorm::runtime::writeNpy(const std::string &path,
                                   const NpyArray &array) {
  return writeNpy(path, array.type, array.shape, array.bytes.data());
}
