//===- Sizes.cpp - Sizes of a call, and rules on them ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates trees of sizes.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/LaunchPlan.h"

#include <algorithm>

using namespace seednorm::runtime;

/// A size of a buffer, or behind these a stride.
static int64_t getDimension(const TensorView &view, size_t dim) {
  size_t rank = view.shape.size();
  return dim < rank ? view.shape[dim] : getStride(view, dim - rank);
}

static int64_t evaluate(SizeExpr::Kind kind, int64_t lhs, int64_t rhs) {
  auto a = static_cast<uint64_t>(lhs), b = static_cast<uint64_t>(rhs);
  switch (kind) {
  case SizeExpr::Kind::Add:
    return static_cast<int64_t>(a + b);
  case SizeExpr::Kind::Mul:
    return static_cast<int64_t>(a * b);
  case SizeExpr::Kind::Div:
    return static_cast<int64_t>(b ? a / b : 0);
  case SizeExpr::Kind::CeilDiv:
    return static_cast<int64_t>(a && b ? (a - 1) / b + 1 : 0);
  case SizeExpr::Kind::Max:
    return std::max(lhs, rhs);
  case SizeExpr::Kind::Min:
    return std::min(lhs, rhs);
  case SizeExpr::Kind::Constant:
  case SizeExpr::Kind::ArgumentDim:
    break;
  }
  return 0;
}

std::vector<int64_t>
seednorm::runtime::evaluateSizes(const std::vector<SizeExpr> &nodes,
                                 Span<TensorView> buffers) {
  std::vector<int64_t> values;
  values.reserve(nodes.size());
  for (const SizeExpr &node : nodes) {
    if (node.kind == SizeExpr::Kind::Constant)
      values.push_back(node.lhs);
    else if (node.kind == SizeExpr::Kind::ArgumentDim)
      values.push_back(getDimension(buffers[node.lhs], node.rhs));
    else
      values.push_back(evaluate(node.kind, values[node.lhs], values[node.rhs]));
  }
  return values;
}

bool SizeConstraint::holds(int64_t haveValue, int64_t needValue) const {
  switch (relation) {
  case Relation::Equal:
    return haveValue == needValue;
  case Relation::EqualUnlessNone:
    return haveValue == needValue || needValue == 0;
  case Relation::AtLeast:
    return haveValue >= needValue;
  }
  return false;
}

Status Signature::checkConstraints(Span<TensorView> buffers) const {
  if (constraints.empty())
    return Success{};
  std::vector<int64_t> values = evaluateSizes(sizes, buffers);
  for (const SizeConstraint &constraint : constraints) {
    int64_t have = values[constraint.have], need = values[constraint.need];
    if (!constraint.holds(have, need))
      return Failure{"expects " + constraint.before + std::to_string(need) +
                     constraint.after + ", but got " + std::to_string(have)};
  }
  return Success{};
}

Result<std::vector<int64_t>>
seednorm::runtime::evaluatePlan(const LaunchPlan &plan,
                                Span<TensorView> buffers) {
  std::vector<int64_t> sizes = evaluateSizes(plan.sizes, buffers);
  for (const KernelLaunch &launch : plan.launches)
    if (sizes[launch.blocks] < 0 || sizes[launch.blocks] > INT32_MAX)
      return Failure{"expects at most 2147483647 blocks of rows, but " +
                     std::to_string(sizes[launch.numbers.back()]) +
                     " rows need " + std::to_string(sizes[launch.blocks])};
  return sizes;
}
