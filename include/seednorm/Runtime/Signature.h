//===- Signature.h - What a call has to fulfil ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generated code trusts its arguments, so nothing reaches it unchecked. A
// signature is all that is needed to check a call, as data: the compiler makes
// it, a package carries it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_SIGNATURE_H
#define SEEDNORM_RUNTIME_SIGNATURE_H

#include "seednorm/Runtime/Result.h"
#include "seednorm/Runtime/Tensor.h"

namespace seednorm::runtime {

/// A size that follows from those of a call's tensors: one node of a tree,
/// whose operands are numbers of earlier nodes. Packages hold these numbers.
struct SizeExpr {
  enum class Kind { Constant, ArgumentDim, Add, Mul, Div, CeilDiv, Max, Min };
  Kind kind = Kind::Constant;
  int64_t lhs = 0; ///< Constant, number of the argument, or operand.
  /// Dimension of the argument, or behind all of them its strides; or operand.
  int64_t rhs = 0;
};
inline constexpr int numSizeKinds = 8;

/// The value of every node for `buffers`, results behind arguments. Wraps
/// around where 64 bits are too few; what is divided by zero is zero.
std::vector<int64_t> evaluateSizes(const std::vector<SizeExpr> &nodes,
                                   Span<TensorView> buffers);

/// What must hold of two sizes for a row program to stay inside its operands.
struct SizeConstraint {
  enum class Relation {
    Equal,
    EqualUnlessNone, ///< Equal, or anything where nothing is needed.
    AtLeast,
  };
  int64_t have = 0, need = 0; ///< Nodes of the signature's sizes.
  Relation relation = Relation::Equal;
  /// "expects <before><need><after>, but got <have>".
  std::string before, after;

  bool holds(int64_t haveValue, int64_t needValue) const;
};
inline constexpr int numRelations = 3;

/// What a call takes, and what must hold of it.
struct Signature {
  std::vector<TensorSpec> arguments, results;
  /// Results that calls have in the memory of arguments.
  std::vector<SharedMemory> shared;
  std::vector<SizeExpr> sizes;
  std::vector<SizeConstraint> constraints;

  /// Checks number, types, shapes and alignment of the arguments.
  Status checkArguments(Span<TensorView> given) const;

  /// The shapes of the results for checked arguments.
  std::vector<std::vector<int64_t>>
  getResultShapes(Span<TensorView> given) const;

  /// Checks a call: arguments and results fit, results overlap nothing but the
  /// arguments they share memory with, and the constraints hold.
  Status check(Span<TensorView> given, Span<TensorView> destinations) const;

  /// The constraints alone, for `buffers` that fit, results behind arguments.
  Status checkConstraints(Span<TensorView> buffers) const;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_SIGNATURE_H
