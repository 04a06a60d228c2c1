//===- LinearSums.cpp - Uniform factors out of sums -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The columns of a sum are written as terms, each a product of uniform values
// and of columns of a lower level. What would lose digits or range that the
// program has is left alone:
//
// - only sums of parameters are taken apart, and one in each product: what is
//   added to a row, as its mean with a minus in whatever spelling, may cancel,
//   and a square of a sum is not sum(x^2) + 2 ...;
// - no factor leaves a square, which it may keep in range.
//
//===----------------------------------------------------------------------===//

#include "LinearSums.h"

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Transforms/Slicing.h"
#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

/// Each term costs a sum, so a few of them have to do; and what is looked at to
/// find them is bounded, since values may be used often.
static constexpr size_t kMaxTerms = 4, kMaxVisits = 256;

namespace {
/// factors... / divisors... * columns...
struct Term {
  SmallVector<Value> factors, divisors; ///< Uniform, without repetition.
  SmallVector<Value> columns;
};
using Terms = SmallVector<Term>;

/// The terms of one sum.
class Expansion {
public:
  Expansion(ProgramOp program, const Sum &sum, const SumLevels &levels)
      : program(program), sum(sum), numColumns(program.getNumColumns()),
        levels(levels) {}

  /// Nothing if there are none of a lower level than the columns are.
  std::optional<Terms> build();

private:
  Terms expand(Value value);
  Terms multiply(Value lhs, Value rhs);
  Terms add(Value whole, const Terms &lhs, const Terms &rhs);
  Value getUniform(Value value) const;
  bool isParameter(Value value) const;

  mutable ProgramOp program; // A handle: nothing of it changes.
  const Sum &sum;
  int64_t numColumns;
  const SumLevels &levels;
  size_t visits = 0;
};
} // namespace

static Terms getAtom(Value value) { return {Term{{}, {}, {value}}}; }

/// What `value` repeats for all columns of each total; null if they differ.
Value Expansion::getUniform(Value value) const {
  Value source = getSpreadSource(value);
  int64_t run = numColumns / getNumElements(source.getType());
  return run % sum.resultRun == 0 ? source : Value();
}

Terms Expansion::multiply(Value lhs, Value rhs) {
  Terms products;
  Terms left = expand(lhs), right = expand(rhs);
  if (left.size() > 1 && right.size() > 1)
    return {};
  for (const Term &a : left)
    for (const Term &b : right) {
      Term product = a;
      llvm::append_range(product.factors, b.factors);
      llvm::append_range(product.divisors, b.divisors);
      llvm::append_range(product.columns, b.columns);
      products.push_back(product);
    }
  return products;
}

/// Whether `value` is the same for all rows, but for random numbers.
bool Expansion::isParameter(Value value) const {
  SmallVector<Value> worklist = {value};
  llvm::SmallDenseSet<Value> seen;
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(next)) {
      if (program.getInputAccess(argument.getArgNumber()).getKind() !=
          AccessKind::Shared)
        return false;
      continue;
    }
    if (seen.size() > kMaxVisits)
      return false;
    llvm::append_range(worklist, next.getDefiningOp()->getOperands());
  }
  return true;
}

Terms Expansion::add(Value whole, const Terms &lhs, const Terms &rhs) {
  Terms terms(lhs);
  llvm::append_range(terms, rhs);
  if (lhs.empty() || rhs.empty() || terms.size() > kMaxTerms)
    return getAtom(whole);
  for (const Term &term : terms)
    if (term.columns.empty() || !llvm::all_of(term.columns, [&](Value column) {
          return isParameter(column);
        }))
      return getAtom(whole);
  return terms;
}

Terms Expansion::expand(Value value) {
  if (Value uniform = getUniform(value))
    return {Term{{uniform}, {}, {}}};
  Operation *op = value.getDefiningOp();
  if (levels.get(value) == 0 || !op || ++visits > kMaxVisits)
    return getAtom(value);
  Terms terms;
  if (auto mul = dyn_cast<arith::MulFOp>(op)) {
    terms = multiply(mul.getLhs(), mul.getRhs());
  } else if (auto div = dyn_cast<arith::DivFOp>(op)) {
    Value divisor = getUniform(div.getRhs());
    if (!divisor)
      return getAtom(value);
    terms = expand(div.getLhs());
    for (Term &term : terms)
      term.divisors.push_back(divisor);
  } else if (auto sum = dyn_cast<arith::AddFOp>(op)) {
    terms = add(value, expand(sum.getLhs()), expand(sum.getRhs()));
  } else if (auto fma = dyn_cast<math::FmaOp>(op)) {
    terms = add(value, multiply(fma.getA(), fma.getB()), expand(fma.getC()));
  } else if (getBodyOpKind(op) == BodyOpKind::Relabel) {
    terms = expand(op->getOperand(0));
  }
  return terms.empty() ? getAtom(value) : terms;
}

/// Whether no factor is one of a square.
static bool keepsSquares(ArrayRef<Term> terms) {
  for (const Term &term : terms) {
    SmallVector<Value> uniform(term.factors);
    llvm::append_range(uniform, term.divisors);
    for (Value value : uniform)
      if (llvm::count(uniform, value) > 1)
        return false;
  }
  return true;
}

std::optional<Terms> Expansion::build() {
  unsigned before = levels.get(sum.source);
  if (before == 0)
    return std::nullopt;
  Terms terms = expand(sum.source);
  for (const Term &term : terms) {
    if (term.columns.empty())
      return std::nullopt; // As many times a uniform value as there are
                           // columns.
    for (Value column : term.columns)
      if (levels.get(column) >= before)
        return std::nullopt;
  }
  if (terms.size() > kMaxTerms || !keepsSquares(terms))
    return std::nullopt;
  return terms;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

namespace {
/// Terms with the same uniform values: their columns are summed together.
struct Group {
  Term uniform;
  std::vector<SmallVector<Value>> products;
};
} // namespace

static std::vector<Group> groupTerms(ArrayRef<Term> terms) {
  std::vector<Group> groups;
  auto isSame = [](ArrayRef<Value> lhs, ArrayRef<Value> rhs) {
    return lhs.size() == rhs.size() &&
           std::is_permutation(lhs.begin(), lhs.end(), rhs.begin());
  };
  for (const Term &term : terms) {
    auto group = llvm::find_if(groups, [&](const Group &other) {
      return isSame(other.uniform.factors, term.factors) &&
             isSame(other.uniform.divisors, term.divisors);
    });
    if (group == groups.end())
      groups.push_back({term, {term.columns}});
    else
      group->products.push_back(term.columns);
  }
  return groups;
}

/// `sum` with other columns, and without its init.
static Value rebuildSum(OpBuilder &builder, const Sum &sum, Value source) {
  Operation *clone = builder.clone(*sum.op);
  clone->setOperand(0, source);
  Value total = clone->getResult(0);
  if (sum.init)
    clone->setOperand(
        1, buildIdentity(builder, sum.op->getLoc(), sum.kind, total.getType()));
  // The identity belongs before what takes it.
  if (sum.init)
    clone->moveAfter(clone->getOperand(1).getDefiningOp());
  return total;
}

/// What the terms say that `sum` is, before its op.
static Value buildTotal(const Sum &sum, ArrayRef<Term> terms) {
  OpBuilder builder(sum.op);
  Location loc = sum.op->getLoc();
  Type columnsType = sum.source.getType();
  Type totalType = sum.op->getResult(0).getType();
  Value total = sum.init;
  if (total && matchPattern(total, m_AnyZeroFloat()))
    total = Value();
  for (const auto &[uniform, products] : groupTerms(terms)) {
    Value columns;
    for (ArrayRef<Value> product : products) {
      Value value;
      for (Value factor : product) {
        factor = buildSpread(builder, loc, factor, columnsType);
        value =
            value ? arith::MulFOp::create(builder, loc, value, factor) : factor;
      }
      columns =
          columns ? arith::AddFOp::create(builder, loc, columns, value) : value;
    }
    Value part = rebuildSum(builder, sum, columns);
    for (Value factor : uniform.factors)
      part = arith::MulFOp::create(
          builder, loc, part, buildSpread(builder, loc, factor, totalType));
    for (Value divisor : uniform.divisors)
      part = arith::DivFOp::create(
          builder, loc, part, buildSpread(builder, loc, divisor, totalType));
    total = total ? arith::AddFOp::create(builder, loc, total, part) : part;
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
        (element.isF32() || element.isF64())) {
      std::optional<Terms> terms = Expansion(program, *sum, levels).build();
      if (terms) {
        Operation *before = op.getPrevNode();
        op.getResult(0).replaceAllUsesWith(buildTotal(*sum, *terms));
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
