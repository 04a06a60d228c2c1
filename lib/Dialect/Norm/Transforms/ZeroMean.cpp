//===- ZeroMean.cpp - Which rows have mean 0 ------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums cancel only between rows with the same number, so where a tensor is read
// in another order its sums are either 0 or unknown.
//
//===----------------------------------------------------------------------===//

#include "ZeroMean.h"

#include "Constants.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::norm;

/// Ops from one value to what is known. Queries in program order go a layer
/// deep; this keeps others from exhausting the stack.
static constexpr unsigned kMaxDepth = 1000;

bool ZeroMeanAnalysis::hasZeroMean(Value rows) {
  return getNumColumns(rows) && isZero(getRowSum(rows), rows);
}

void ZeroMeanAnalysis::add(Sum &sum, const Sum &other, double factor) {
  for (const auto &[value, coefficient] : other) {
    sum[value].value += factor * coefficient.value;
    sum[value].magnitude += std::abs(factor) * coefficient.magnitude;
  }
}

/// Coefficients such as D and 1/D come rounded; each may be off by one rounding
/// of the type computed in.
bool ZeroMeanAnalysis::isZero(const Sum &sum, Value rows) {
  double roundoff = getElementTypeOrSelf(rows).isF64() ? 0x1p-53 : 0x1p-24;
  return llvm::all_of(sum, [&](const auto &entry) {
    const Coefficient &coefficient = entry.second;
    return std::abs(coefficient.value) <= 2 * roundoff * coefficient.magnitude;
  });
}

const ZeroMeanAnalysis::Sum &ZeroMeanAnalysis::remember(
    Memory &memory, Value value,
    llvm::function_ref<std::optional<Sum>(Value)> compute) {
  std::unique_ptr<Sum> &known = memory[value];
  if (known)
    return *known;
  known = std::make_unique<Sum>();
  Sum &sum = *known; // The map may grow.
  sum[value] = {1, 1};
  if (depth == kMaxDepth)
    return sum;
  ++depth;
  if (std::optional<Sum> computed = compute(value))
    sum = std::move(*computed);
  --depth;
  return sum;
}

const ZeroMeanAnalysis::Sum &ZeroMeanAnalysis::getRowSum(Value rows) {
  return remember(rowSums, rows,
                  [&](Value value) { return computeRowSum(value); });
}

const ZeroMeanAnalysis::Sum &ZeroMeanAnalysis::getScalar(Value scalar) {
  return remember(scalars, scalar,
                  [&](Value value) { return computeScalar(value); });
}

std::optional<ZeroMeanAnalysis::Sum>
ZeroMeanAnalysis::computeSumOfTerms(const LinearTerms &terms,
                                    double numColumns) {
  Sum sum;
  for (const LinearTerm &term : terms) {
    Value operand = term.operand->get();
    switch (term.kind) {
    case TermKind::Aligned:
      add(sum, getRowSum(operand), term.factor);
      break;
    case TermKind::Row:
      if (!isZero(getRowSum(operand), operand))
        return std::nullopt;
      break;
    case TermKind::Scalar:
    case TermKind::Constant:
      add(sum, getScalar(operand), term.factor * numColumns);
      break;
    }
  }
  return sum;
}

/// Rows of a product combine rows of the weight.
bool ZeroMeanAnalysis::hasZeroMean(const Product &product) {
  Value weight = product.weight->get();
  if (std::optional<ConstantTensor> constant = ConstantTensor::read(weight))
    return constant->sumsToZero(product.columnAxis);
  unsigned rank = cast<RankedTensorType>(weight.getType()).getRank();
  return product.columnAxis + 1 == rank && hasZeroMean(weight);
}

static bool isMarked(Value rows) {
  auto argument = dyn_cast<BlockArgument>(rows);
  auto function = argument ? dyn_cast_if_present<FunctionOpInterface>(
                                 argument.getOwner()->getParentOp())
                           : nullptr;
  return function && argument.getOwner()->isEntryBlock() &&
         function.getArgAttr(argument.getArgNumber(),
                             NormDialect::getZeroMeanAttrName());
}

std::optional<ZeroMeanAnalysis::Sum>
ZeroMeanAnalysis::computeRowSum(Value rows) {
  std::optional<int64_t> numColumns = getNumColumns(rows);
  if (!numColumns)
    return std::nullopt;
  if (isMarked(rows))
    return Sum();
  Operation *op = rows.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (std::optional<ConstantTensor> constant = ConstantTensor::read(rows))
    return constant->sumsToZero(constant->type.getRank() - 1)
               ? std::optional<Sum>(Sum())
               : std::nullopt;
  if (std::optional<LinearTerms> terms = matchRowSum(op))
    return computeSumOfTerms(*terms, *numColumns);
  std::optional<Product> product = matchProduct(op);
  if (product && hasZeroMean(*product))
    return getRowSum(product->init->get());
  return std::nullopt;
}

/// Whether `op` only gives its operand dimensions of size 1 at the end.
static bool addsUnitDims(Operation *op) {
  auto expand = dyn_cast<tensor::ExpandShapeOp>(op);
  if (!expand)
    return false;
  RankedTensorType before = expand.getSrcType(), after = expand.getResultType();
  unsigned rank = before.getRank();
  return after.getShape().take_front(rank) == before.getShape() &&
         llvm::all_of(after.getShape().drop_front(rank),
                      [](int64_t size) { return size == 1; });
}

std::optional<ZeroMeanAnalysis::Sum>
ZeroMeanAnalysis::computeScalar(Value scalar) {
  Attribute attr;
  if (matchPattern(scalar, m_Constant(&attr))) {
    if (auto splat = dyn_cast<SplatElementsAttr>(attr))
      attr = splat.getSplatValue<Attribute>();
    auto number = dyn_cast<FloatAttr>(attr);
    if (!number)
      return std::nullopt;
    double value = number.getValueAsDouble();
    Sum sum;
    sum[Value()] = {value, std::abs(value)};
    return sum;
  }
  Operation *op = scalar.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (addsUnitDims(op))
    return getScalar(op->getOperand(0));
  if (std::optional<RowReduction> reduction = matchReduction(op)) {
    std::optional<Sum> sum =
        computeSumOfTerms(reduction->terms, reduction->numColumns);
    if (sum)
      add(*sum, getScalar(reduction->init->get()), 1);
    return sum;
  }
  std::optional<LinearTerms> terms = matchRowSum(op);
  if (!terms)
    return std::nullopt;
  Sum sum;
  for (const LinearTerm &term : *terms) {
    if (term.kind != TermKind::Aligned && term.kind != TermKind::Constant)
      return std::nullopt;
    add(sum, getScalar(term.operand->get()), term.factor);
  }
  return sum;
}
