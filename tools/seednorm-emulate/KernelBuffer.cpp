//===- KernelBuffer.cpp - Buffers described on a command line -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements are set and shown as f64, which holds what tests use exactly.
//
//===----------------------------------------------------------------------===//

#include "KernelBuffer.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <optional>
#include <random>

using namespace llvm;
using namespace seednorm::emulator;

// As cuMemAlloc aligns.
static constexpr uint64_t bufferAlignment = 256;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static unsigned getElementBytes(ElementType type) {
  switch (type) {
  case ElementType::F8E4M3FN:
  case ElementType::F8E5M2:
  case ElementType::I8:
    return 1;
  case ElementType::BF16:
  case ElementType::F16:
    return 2;
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::F64:
  case ElementType::I64:
    return 8;
  }
  llvm_unreachable("all element types are handled");
}

static const fltSemantics *getSemantics(ElementType type) {
  switch (type) {
  case ElementType::F8E4M3FN:
    return &APFloat::Float8E4M3FN();
  case ElementType::F8E5M2:
    return &APFloat::Float8E5M2();
  case ElementType::BF16:
    return &APFloat::BFloat();
  case ElementType::F16:
    return &APFloat::IEEEhalf();
  case ElementType::F32:
    return &APFloat::IEEEsingle();
  case ElementType::F64:
    return &APFloat::IEEEdouble();
  case ElementType::I8:
  case ElementType::I32:
  case ElementType::I64:
    return nullptr;
  }
  llvm_unreachable("all element types are handled");
}

double KernelBuffer::get(uint64_t index) const {
  uint64_t bits = 0;
  std::memcpy(&bits, getData() + index * elementBytes, elementBytes);
  const fltSemantics *semantics = getSemantics(type);
  if (!semantics)
    return static_cast<double>(SignExtend64(bits, elementBytes * 8));
  APFloat value(*semantics, APInt(elementBytes * 8, bits));
  bool losesInfo;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

void KernelBuffer::set(uint64_t index, double value) {
  uint64_t bits = static_cast<int64_t>(value);
  if (const fltSemantics *semantics = getSemantics(type)) {
    APFloat rounded(value);
    bool losesInfo;
    rounded.convert(*semantics, APFloat::rmNearestTiesToEven, &losesInfo);
    bits = rounded.bitcastToAPInt().getZExtValue();
  }
  std::memcpy(getData() + index * elementBytes, &bits, elementBytes);
}

char *KernelBuffer::getData() {
  return reinterpret_cast<char *>(
      alignTo(reinterpret_cast<uint64_t>(storage.data()), bufferAlignment));
}

const char *KernelBuffer::getData() const {
  return const_cast<KernelBuffer *>(this)->getData();
}

Region KernelBuffer::getRegion() {
  return {name, getData(), count * elementBytes, writable, fromPredecessor};
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

static std::optional<ElementType> parseElementType(StringRef text) {
  return StringSwitch<std::optional<ElementType>>(text)
      .Case("f8E4M3FN", ElementType::F8E4M3FN)
      .Case("f8E5M2", ElementType::F8E5M2)
      .Case("bf16", ElementType::BF16)
      .Case("f16", ElementType::F16)
      .Case("f32", ElementType::F32)
      .Case("f64", ElementType::F64)
      .Case("i8", ElementType::I8)
      .Case("i32", ElementType::I32)
      .Case("i64", ElementType::I64)
      .Default(std::nullopt);
}

// The raw output of this engine is the same with every standard library, that
// of its distributions is not.
void KernelBuffer::fillRandom(uint64_t seed) {
  std::mt19937_64 random(seed);
  bool isFloat = getSemantics(type) != nullptr;
  for (uint64_t index = 0; index < count; ++index) {
    double unit = static_cast<double>(random() >> 11) * 0x1p-52 - 1.0;
    set(index, isFloat ? unit : unit * 1000);
  }
}

Error KernelBuffer::load(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(path, false, false);
  if (!file)
    return createFileError(path, file.getError());
  if ((*file)->getBufferSize() != count * elementBytes)
    return createStringError("buffer '" + name + "' expects a file of " +
                             Twine(count * elementBytes) + " bytes, but '" +
                             path + "' has " + Twine((*file)->getBufferSize()));
  std::memcpy(getData(), (*file)->getBufferStart(), count * elementBytes);
  return Error::success();
}

Error KernelBuffer::applyWord(StringRef word, uint64_t seed) {
  if (word == "rw") {
    writable = true;
  } else if (word == "predecessor") {
    fromPredecessor = true;
  } else if (word == "random") {
    fillRandom(seed);
  } else if (word == "iota") {
    for (uint64_t index = 0; index < count; ++index)
      set(index, static_cast<double>(index));
  } else if (word.consume_front("@")) {
    return load(word);
  } else if (word != "zero") {
    return createStringError("expects 'zero', 'iota', 'random', '@file', "
                             "'rw' or 'predecessor' for buffer '" +
                             name + "', but got '" + word + "'");
  }
  return Error::success();
}

/// No kernel that is worth emulating needs more; allocating it would end in an
/// abort.
static constexpr uint64_t maxBufferBytes = uint64_t(4) << 30;

Expected<KernelBuffer> KernelBuffer::parse(StringRef text, uint64_t seed) {
  SmallVector<StringRef> words;
  text.split(words, ':');
  KernelBuffer buffer;
  std::optional<ElementType> type;
  if (words.size() >= 3)
    type = parseElementType(words[1]);
  if (!type || words[2].getAsInteger(10, buffer.count))
    return createStringError(
        "expects a buffer as name:type:count with type "
        "f8E4M3FN, f8E5M2, bf16, f16, f32, f64, i8, i32 or "
        "i64, but got '" +
        text + "'");
  buffer.name = words[0].str();
  buffer.type = *type;
  buffer.elementBytes = getElementBytes(*type);
  if (buffer.count > maxBufferBytes / buffer.elementBytes)
    return createStringError("expects buffer '" + buffer.name +
                             "' to have at most 4 GiB, but got " +
                             Twine(buffer.count) + " elements");
  buffer.storage.resize(buffer.count * buffer.elementBytes + bufferAlignment);
  for (StringRef word : ArrayRef(words).drop_front(3))
    if (Error error = buffer.applyWord(word, seed))
      return std::move(error);
  return buffer;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

void KernelBuffer::print(raw_ostream &stream) const {
  stream << name << ":";
  for (uint64_t index = 0; index < count; ++index)
    stream << " " << format("%.9g", get(index));
  stream << "\n";
}

Error KernelBuffer::save(StringRef path) const {
  std::error_code code;
  raw_fd_ostream file(path, code);
  if (code)
    return createFileError(path, code);
  file.write(getData(), count * elementBytes);
  file.close();
  return file.has_error() ? createFileError(path, file.error())
                          : Error::success();
}
