//===- LinearSums.cpp - Uniform factors out of sums -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rebuilds a sum from the terms of what it adds: columns are summed first, and
// multiplied by what they have in common afterwards.
//
//===----------------------------------------------------------------------===//

#include "LinearSums.h"

#include "LinearTerms.h"

#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

namespace {
/// Terms with the same uniform values: their columns are summed together.
struct TermGroup {
  LinearTerm uniform; ///< Factors and the sign; columns of the first one.
  /// Columns, and whether they have the other sign.
  std::vector<std::pair<bool, SmallVector<Value>>> products;
};

/// Builds what terms say that a sum is, before its op.
class TotalBuilder {
public:
  TotalBuilder(ProgramOp program, const Sum &sum)
      : sum(sum), numColumns(program.getNumColumns()), builder(sum.op),
        loc(sum.op->getLoc()) {}

  Value build(ArrayRef<LinearTerm> terms);

private:
  Value buildColumns(const TermGroup &group);
  Value buildPart(const TermGroup &group);
  Value buildConstant(double value, Type type);
  Value scale(Value value, const LinearTerm &term,
              llvm::function_ref<bool(int64_t)> has);
  Type getType(int64_t run) const;
  int64_t getRun(Value value) const {
    return numColumns / getNumElements(value.getType());
  }

  const Sum &sum;
  int64_t numColumns;
  OpBuilder builder;
  Location loc;
};
} // namespace

static std::vector<TermGroup> groupTerms(ArrayRef<LinearTerm> terms) {
  std::vector<TermGroup> groups;
  auto isSame = [](ArrayRef<Value> lhs, ArrayRef<Value> rhs) {
    return lhs.size() == rhs.size() &&
           std::is_permutation(lhs.begin(), lhs.end(), rhs.begin());
  };
  for (const LinearTerm &term : terms) {
    auto group = llvm::find_if(groups, [&](const TermGroup &other) {
      return isSame(other.uniform.factors, term.factors) &&
             isSame(other.uniform.divisors, term.divisors);
    });
    if (group == groups.end()) {
      groups.push_back({term, {}});
      group = groups.end() - 1;
    }
    // The sign of the first one is the group's.
    group->products.push_back(
        {term.isNegative != group->uniform.isNegative, term.columns});
  }
  return groups;
}

Value TotalBuilder::buildConstant(double value, Type type) {
  TypedAttr attribute = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

/// A value with one element for `run` columns.
Type TotalBuilder::getType(int64_t run) const {
  Type result = sum.op->getResult(0).getType();
  if (run == sum.resultRun)
    return result;
  return VectorType::get({numColumns / run}, getElementTypeOrSelf(result));
}

/// The sum of a group's products of columns.
Value TotalBuilder::buildColumns(const TermGroup &group) {
  // Flat, so that sums of other shapes find the same products.
  Type type = VectorType::get({numColumns / sum.sourceRun},
                              getElementTypeOrSelf(sum.source));
  Value columns;
  for (const auto &[isNegative, product] : group.products) {
    Value value;
    for (Value factor : product) {
      factor = buildSpread(builder, loc, factor, type);
      value =
          value ? arith::MulFOp::create(builder, loc, value, factor) : factor;
    }
    if (!value)
      value = buildConstant(1.0, type);
    if (!columns)
      columns = value;
    else if (isNegative)
      columns = arith::SubFOp::create(builder, loc, columns, value);
    else
      columns = arith::AddFOp::create(builder, loc, columns, value);
  }
  return columns;
}

/// `value` times the uniform values of `term` whose runs are wanted.
Value TotalBuilder::scale(Value value, const LinearTerm &term,
                          llvm::function_ref<bool(int64_t)> has) {
  Type type = value.getType();
  for (Value factor : term.factors)
    if (has(getRun(factor)))
      value = arith::MulFOp::create(builder, loc, value,
                                    buildSpread(builder, loc, factor, type));
  for (Value divisor : term.divisors)
    if (has(getRun(divisor)))
      value = arith::DivFOp::create(builder, loc, value,
                                    buildSpread(builder, loc, divisor, type));
  return value;
}

/// The sum of a group: over the columns of the shortest runs that a factor is
/// uniform in, then over those runs.
Value TotalBuilder::buildPart(const TermGroup &group) {
  int64_t run = sum.resultRun;
  for (Value value : group.uniform.getUniform())
    run = std::min(run, getRun(value));
  // Without columns each run has as many times its factor.
  int64_t count = 0;
  bool hasColumns = false;
  for (const auto &[isNegative, product] : group.products) {
    count += isNegative ? -1 : 1;
    hasColumns |= !product.empty();
  }
  Value part =
      hasColumns ? buildRunSums(builder, loc, buildColumns(group), getType(run))
                 : buildConstant(double(count) * double(run / sum.sourceRun),
                                 getType(run));
  if (run == sum.resultRun)
    return scale(part, group.uniform, [](int64_t) { return true; });
  part = scale(part, group.uniform,
               [&](int64_t other) { return other < sum.resultRun; });
  part = buildRunSums(builder, loc, part, getType(sum.resultRun));
  return scale(part, group.uniform,
               [&](int64_t other) { return other >= sum.resultRun; });
}

Value TotalBuilder::build(ArrayRef<LinearTerm> terms) {
  Value total = sum.init;
  if (total && matchPattern(total, m_AnyZeroFloat()))
    total = Value();
  for (const TermGroup &group : groupTerms(terms)) {
    Value part = buildPart(group);
    bool isNegative = group.uniform.isNegative;
    if (!total)
      total = isNegative ? arith::NegFOp::create(builder, loc, part) : part;
    else if (isNegative)
      total = arith::SubFOp::create(builder, loc, total, part);
    else
      total = arith::AddFOp::create(builder, loc, total, part);
  }
  return total;
}

void seednorm::row::splitLinearSums(ProgramOp program) {
  int64_t numColumns = program.getNumColumns();
  SumLevels levels(numColumns);
  for (Operation &op : llvm::make_early_inc_range(program.getBodyBlock())) {
    std::optional<Sum> sum = getSumOf(&op, numColumns);
    Type element = sum ? getElementTypeOrSelf(sum->source) : Type();
    if (sum && sum->kind == vector::CombiningKind::ADD &&
        (element.isF32() || element.isF64()) && !levels.isFolded(*sum)) {
      if (std::optional<LinearTerms> terms =
              findLinearTerms(program, *sum, levels)) {
        Operation *before = op.getPrevNode();
        op.getResult(0).replaceAllUsesWith(
            TotalBuilder(program, *sum).build(*terms));
        for (Operation *added = before ? before->getNextNode()
                                       : &program.getBodyBlock().front();
             added != &op; added = added->getNextNode())
          levels.add(added);
        op.erase();
        continue;
      }
    }
    levels.add(&op);
  }
}
