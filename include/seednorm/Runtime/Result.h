//===- Result.h - A value or the reason why there is none -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the run-time library reports errors: it is used where neither LLVM nor
// exceptions are at hand.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_RESULT_H
#define SEEDNORM_RUNTIME_RESULT_H

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace seednorm::runtime {

/// Why something failed, in the words a user will read.
struct Failure {
  std::string message;
};

/// A value, or the reason why there is none.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Failure failure) : reason(std::move(failure.message)) {}

  explicit operator bool() const { return value.has_value(); }

  T &operator*() {
    assert(value && "the failure must be checked first");
    return *value;
  }
  const T &operator*() const {
    assert(value && "the failure must be checked first");
    return *value;
  }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }

  /// Why there is no value.
  const std::string &message() const { return reason; }
  /// The same, to return from a function with another kind of result.
  Failure failure() const { return Failure{reason}; }

private:
  std::optional<T> value;
  std::string reason;
};

/// The value of something that has none.
struct Success {};

/// Success, or the reason why not: `Status s = f(); if (!s) return s;`.
using Status = Result<Success>;

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_RESULT_H
