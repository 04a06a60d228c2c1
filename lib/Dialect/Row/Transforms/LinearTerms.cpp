//===- LinearTerms.cpp - The columns of a sum as terms --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products are multiplied out from the columns of a sum down to values that
// need fewer sums than it.
//
//===----------------------------------------------------------------------===//

#include "LinearTerms.h"

#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seednorm::row;

/// Each term costs a sum, so a few of them have to do; and what is looked at to
/// find them is bounded, since values may be used often.
static constexpr size_t kMaxTerms = 4, kMaxFreeTerms = 8, kMaxVisits = 256;

SmallVector<Value> LinearTerm::getUniform() const {
  SmallVector<Value> uniform(factors);
  llvm::append_range(uniform, divisors);
  return uniform;
}

/// Whether the terms of `op` may be taken in any order.
static bool isFree(Operation *op) {
  auto math = dyn_cast_if_present<arith::ArithFastMathInterface>(op);
  return math && math.getFastMathFlagsAttr() &&
         bitEnumContainsAll(math.getFastMathFlagsAttr().getValue(),
                            arith::FastMathFlags::reassoc);
}

/// The op that computes `value`, in whatever shape.
static Operation *getShaped(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && getBodyOpKind(op) == BodyOpKind::Relabel)
    op = op->getOperand(0).getDefiningOp();
  return op;
}

static Value getUnshaped(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (getBodyOpKind(op) != BodyOpKind::Relabel)
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Whether `uniform` is a constant part of the sum of `columns`.
static bool isMeanOf(Value uniform, Value columns) {
  uniform = getSpreadSource(uniform);
  Operation *op = uniform.getDefiningOp();
  while (op && isa<arith::MulFOp, arith::DivFOp>(op) &&
         matchPattern(op->getOperand(1), m_Constant()))
    op = op->getOperand(0).getDefiningOp();
  return isa_and_present<vector::MultiDimReductionOp, vector::ReductionOp>(
             op) &&
         getUnshaped(op->getOperand(0)) == getUnshaped(columns);
}

/// Whether `op` takes the mean away a second time, which corrects roundings:
/// there is nothing to cancel.
static bool isCorrection(arith::SubFOp op) {
  auto centered = getUnshaped(op.getLhs()).getDefiningOp<arith::SubFOp>();
  return centered && isMeanOf(op.getRhs(), op.getLhs()) &&
         isMeanOf(centered.getRhs(), centered.getLhs());
}

/// Whether `value` is the same for all rows, but for random numbers.
static bool isParameter(ProgramOp program, Value value) {
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

void seednorm::row::sortFactors(ProgramOp program,
                                MutableArrayRef<Value> factors) {
  auto getBase = [](Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (!isa<arith::ExtFOp>(op) && getBodyOpKind(op) != BodyOpKind::Relabel &&
          getBodyOpKind(op) != BodyOpKind::Spread)
        break;
      value = op->getOperand(0);
    }
    return value;
  };
  llvm::sort(factors, [&](Value lhs, Value rhs) {
    bool left = isParameter(program, lhs), right = isParameter(program, rhs);
    if (left != right)
      return right;
    Value a = getBase(lhs), b = getBase(rhs);
    auto first = dyn_cast<BlockArgument>(a),
         second = dyn_cast<BlockArgument>(b);
    if (first && second)
      return first.getArgNumber() < second.getArgNumber();
    if (first || second)
      return static_cast<bool>(first);
    return a != b && a.getDefiningOp()->isBeforeInBlock(b.getDefiningOp());
  });
}

namespace {
/// The terms of one sum.
class Expansion {
public:
  Expansion(ProgramOp program, const Sum &sum, const SumLevels &levels)
      : program(program), sum(sum), numColumns(program.getNumColumns()),
        levels(levels), isSumFree(isFree(getShaped(sum.source))) {}

  std::optional<LinearTerms> build();

private:
  LinearTerms expand(Value value);
  LinearTerms expandOp(Operation *op);
  LinearTerms multiply(Operation *op, Value lhs, Value rhs);
  LinearTerms add(bool isFree, LinearTerms lhs, const LinearTerms &rhs);
  Value getUniform(Value value) const;
  bool lowersLevel(const LinearTerms &terms) const;
  bool hasNestedRuns(const LinearTerm &term) const;
  bool keepsSquares(const LinearTerm &term) const;
  int64_t getRun(Value value) const {
    return numColumns / getNumElements(value.getType());
  }

  mutable ProgramOp program; // A handle: nothing of it changes.
  const Sum &sum;
  int64_t numColumns;
  const SumLevels &levels;
  bool isSumFree;
  size_t visits = 0;
};
} // namespace

static LinearTerms getAtom(Value value) {
  return {LinearTerm{false, {}, {}, {value}}};
}

static LinearTerms negate(LinearTerms terms) {
  for (LinearTerm &term : terms)
    term.isNegative = !term.isNegative;
  return terms;
}

/// What `value` repeats for columns that are added up; null if all differ. It
/// may stand for all columns of each total, or for those of a head if the
/// numbers of heads can be folded.
Value Expansion::getUniform(Value value) const {
  Value source = getSpreadSource(value);
  int64_t run = getRun(source);
  if (run % sum.resultRun == 0)
    return source;
  Sum heads{sum.op, sum.kind, source, Value(), run, sum.resultRun};
  return sum.resultRun % run == 0 && run > sum.sourceRun &&
                 levels.isFolded(heads)
             ? source
             : Value();
}

LinearTerms Expansion::multiply(Operation *op, Value lhs, Value rhs) {
  LinearTerms products;
  LinearTerms left = expand(lhs), right = expand(rhs);
  if (left.size() > 1 && right.size() > 1 && !isFree(op))
    return {};
  if (left.size() * right.size() > kMaxFreeTerms)
    return {};
  for (const LinearTerm &a : left)
    for (const LinearTerm &b : right) {
      LinearTerm product = a;
      product.isNegative ^= b.isNegative;
      llvm::append_range(product.factors, b.factors);
      llvm::append_range(product.divisors, b.divisors);
      llvm::append_range(product.columns, b.columns);
      products.push_back(product);
    }
  return products;
}

LinearTerms Expansion::add(bool isFree, LinearTerms terms,
                           const LinearTerms &rhs) {
  if (terms.empty() || rhs.empty())
    return {};
  llvm::append_range(terms, rhs);
  if (isFree)
    return terms.size() <= kMaxFreeTerms ? terms : LinearTerms();
  if (terms.size() > kMaxTerms)
    return {};
  for (const LinearTerm &term : terms)
    if (term.columns.empty() || !llvm::all_of(term.columns, [&](Value column) {
          return isParameter(program, column);
        }))
      return {};
  return terms;
}

/// The terms of an op's result; none if it is no sum of products.
LinearTerms Expansion::expandOp(Operation *op) {
  if (auto mul = dyn_cast<arith::MulFOp>(op))
    return multiply(op, mul.getLhs(), mul.getRhs());
  if (auto sum = dyn_cast<arith::AddFOp>(op))
    return add(isFree(op), expand(sum.getLhs()), expand(sum.getRhs()));
  if (auto fma = dyn_cast<math::FmaOp>(op))
    return add(isFree(op), multiply(op, fma.getA(), fma.getB()),
               expand(fma.getC()));
  if (auto difference = dyn_cast<arith::SubFOp>(op);
      difference && (isFree(op) || (isSumFree && isCorrection(difference))))
    return add(/*isFree=*/true, expand(difference.getLhs()),
               negate(expand(difference.getRhs())));
  if (isa<arith::NegFOp>(op) && isFree(op))
    return negate(expand(op->getOperand(0)));
  if (getBodyOpKind(op) == BodyOpKind::Relabel)
    return expand(op->getOperand(0));
  auto quotient = dyn_cast<arith::DivFOp>(op);
  Value divisor = quotient ? getUniform(quotient.getRhs()) : Value();
  if (!divisor)
    return {};
  LinearTerms terms = expand(quotient.getLhs());
  for (LinearTerm &term : terms)
    term.divisors.push_back(divisor);
  return terms;
}

LinearTerms Expansion::expand(Value value) {
  if (Value uniform = getUniform(value))
    return {LinearTerm{false, {uniform}, {}, {}}};
  Operation *op = value.getDefiningOp();
  if (!op || (levels.get(value) == 0 && !isFree(op)) || ++visits > kMaxVisits)
    return getAtom(value);
  LinearTerms terms = expandOp(op);
  return terms.empty() ? getAtom(value) : terms;
}

/// Whether no factor is one of a square.
bool Expansion::keepsSquares(const LinearTerm &term) const {
  SmallVector<Value> uniform = term.getUniform();
  return llvm::all_of(
      uniform, [&](Value value) { return llvm::count(uniform, value) == 1; });
}

bool Expansion::lowersLevel(const LinearTerms &terms) const {
  unsigned before = levels.get(sum.source);
  return llvm::all_of(terms, [&](const LinearTerm &term) {
    return llvm::all_of(term.columns, [&](Value column) {
      return levels.get(column) < before;
    });
  });
}

/// Whether the columns of one factor are those of whole runs of another.
bool Expansion::hasNestedRuns(const LinearTerm &term) const {
  int64_t shortest = sum.resultRun;
  for (Value value : term.getUniform())
    shortest = std::min(shortest, getRun(value));
  return llvm::all_of(term.getUniform(), [&](Value value) {
    return getRun(value) % shortest == 0;
  });
}

std::optional<LinearTerms> Expansion::build() {
  if (levels.get(sum.source) == 0 && !isSumFree)
    return std::nullopt;
  LinearTerms terms = expand(sum.source);
  bool isLower = levels.get(sum.source) != 0 && lowersLevel(terms);
  // Without fewer levels nothing is won by more sums.
  if (!isLower && (!isSumFree || terms.size() > 1))
    return std::nullopt;
  if (terms.size() > (isSumFree ? kMaxFreeTerms : kMaxTerms))
    return std::nullopt;
  for (LinearTerm &term : terms) {
    // As many times a uniform value as there are columns.
    if (term.columns.empty() && !isSumFree)
      return std::nullopt;
    if (!hasNestedRuns(term) || (!isSumFree && !keepsSquares(term)))
      return std::nullopt;
    if (isSumFree)
      sortFactors(program, term.columns);
  }
  return terms;
}

std::optional<LinearTerms>
seednorm::row::findLinearTerms(ProgramOp program, const Sum &sum,
                               const SumLevels &levels) {
  return Expansion(program, sum, levels).build();
}
