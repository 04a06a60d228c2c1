//===- Status.cpp - How the C API reports failures ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Status.h"

#include "seednorm/Utils/Version.h"

#include "llvm/Support/MemAlloc.h"

#include <cstdlib>
#include <cstring>
#include <string>

using namespace seednorm;

static thread_local std::string lastMessage;

SeednormStatus capi::fail(SeednormStatus status, const llvm::Twine &message) {
  // The twine may refer to the last message.
  std::string text = message.str();
  lastMessage = std::move(text);
  return status;
}

SeednormStatus capi::failUsage(const llvm::Twine &message) {
  return fail(SEEDNORM_USAGE_ERROR, message);
}

SeednormStatus capi::fail(SeednormStatus status, llvm::Error error) {
  return fail(status, llvm::toString(std::move(error)));
}

char *capi::copyOut(llvm::StringRef text) {
  auto *copy = static_cast<char *>(llvm::safe_malloc(text.size() + 1));
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

const char *seednormGetError(void) { return lastMessage.c_str(); }

const char *seednormGetVersion(void) { return seednorm::getVersion(); }

void seednormFree(void *memory) { std::free(memory); }
