//===- Status.h - How the C API reports failures ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A failure is a status, and a message kept for the thread that made the call.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CAPI_STATUS_H
#define SEEDNORM_LIB_CAPI_STATUS_H

#include "seednorm-c/Seednorm.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace seednorm::capi {

/// Keeps `message` for seednormGetError() and returns `status`.
SeednormStatus fail(SeednormStatus status, const llvm::Twine &message);

/// A failure of the caller.
SeednormStatus failUsage(const llvm::Twine &message);

/// Keeps the message of `error`.
SeednormStatus fail(SeednormStatus status, llvm::Error error);

/// Hands out a copy of `text`, with a terminating zero, for seednormFree().
char *copyOut(llvm::StringRef text);

} // namespace seednorm::capi

#endif // SEEDNORM_LIB_CAPI_STATUS_H
