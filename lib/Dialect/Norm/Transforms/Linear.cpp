//===- Linear.cpp - Linear functions of rows ------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bodies are evaluated with vectors of coefficients, one per operand, in the
// place of numbers.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seednorm::norm;

std::optional<int64_t> seednorm::norm::getNumColumns(Value rows) {
  auto type = dyn_cast<RankedTensorType>(rows.getType());
  if (!type || type.getRank() == 0 || !isa<FloatType>(type.getElementType()) ||
      ShapedType::isDynamic(type.getShape().back()))
    return std::nullopt;
  return type.getShape().back();
}

//===----------------------------------------------------------------------===//
// Coefficients
//===----------------------------------------------------------------------===//

/// One number per operand of the op in question; none if it is not linear.
using Coefficients = std::optional<SmallVector<double>>;

static Coefficients multiply(Coefficients linear, double factor) {
  if (linear)
    for (double &coefficient : *linear)
      coefficient *= factor;
  return linear;
}

static Coefficients add(Coefficients lhs, const Coefficients &rhs,
                        double factor) {
  if (!lhs || !rhs)
    return std::nullopt;
  for (auto [coefficient, other] : llvm::zip_equal(*lhs, *rhs))
    coefficient += factor * other;
  return lhs;
}

static std::optional<double> getNumber(Value value) {
  FloatAttr number;
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  if (auto splat = dyn_cast<SplatElementsAttr>(attr))
    attr = splat.getSplatValue<Attribute>();
  number = dyn_cast<FloatAttr>(attr);
  if (!number)
    return std::nullopt;
  return number.getValueAsDouble();
}

/// The result of `op`, where `get` gives the coefficients of an operand.
static Coefficients
evaluate(Operation *op, llvm::function_ref<Coefficients(OpOperand &)> get) {
  auto getOperand = [&](unsigned number) {
    return get(op->getOpOperand(number));
  };
  if (isa<arith::AddFOp>(op))
    return add(getOperand(0), getOperand(1), 1);
  if (isa<arith::SubFOp>(op))
    return add(getOperand(0), getOperand(1), -1);
  if (isa<arith::NegFOp>(op))
    return multiply(getOperand(0), -1);
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return getOperand(0);
  if (isa<arith::MulFOp>(op))
    for (unsigned factor : {1, 0})
      if (std::optional<double> number = getNumber(op->getOperand(factor)))
        return multiply(getOperand(1 - factor), *number);
  if (isa<arith::DivFOp>(op))
    if (std::optional<double> number = getNumber(op->getOperand(1)))
      return multiply(getOperand(0), 1 / *number);
  return std::nullopt;
}

/// What the body of `op` yields.
static Coefficients evaluateBody(linalg::LinalgOp op) {
  llvm::DenseMap<Value, Coefficients> known;
  unsigned numOperands = op->getNumOperands();
  for (BlockArgument argument : op.getBlock()->getArguments()) {
    SmallVector<double> unit(numOperands, 0);
    unit[op.getMatchingOpOperand(argument)->getOperandNumber()] = 1;
    known[argument] = unit;
  }
  auto get = [&](Value value) -> Coefficients {
    auto found = known.find(value);
    if (found != known.end())
      return found->second;
    // Adding 0 changes nothing; any other number makes the body affine.
    if (getNumber(value) == 0.0)
      return SmallVector<double>(numOperands, 0);
    return std::nullopt;
  };
  for (Operation &inner : op.getBlock()->without_terminator())
    if (inner.getNumResults() == 1)
      if (Coefficients coefficients = evaluate(
              &inner, [&](OpOperand &operand) { return get(operand.get()); }))
        known[inner.getResult(0)] = coefficients;
  return get(op.getBlock()->getTerminator()->getOperand(0));
}

//===----------------------------------------------------------------------===//
// Sums of rows
//===----------------------------------------------------------------------===//

/// The dimensions of `map`, or nothing if an index is more than a loop's.
/// An index that is always 0 is none.
static std::optional<SmallVector<unsigned>> getDims(AffineMap map) {
  SmallVector<unsigned> dims;
  for (AffineExpr index : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(index))
      dims.push_back(dim.getPosition());
    else if (!isa<AffineConstantExpr>(index))
      return std::nullopt;
  }
  return dims;
}

static bool isPrefixOfLoops(ArrayRef<unsigned> dims) {
  return llvm::all_of(llvm::enumerate(dims), [](auto entry) {
    return entry.value() == entry.index();
  });
}

/// How an operand that `map` reads belongs to rows along the last of
/// `numLoops` loops.
static std::optional<TermKind> getKind(AffineMap map, unsigned numLoops) {
  std::optional<SmallVector<unsigned>> dims = getDims(map);
  if (!dims)
    return std::nullopt;
  if (dims->empty())
    return TermKind::Constant;
  if (isPrefixOfLoops(*dims) && dims->size() + 1 == numLoops)
    return TermKind::Scalar;
  if (map.getNumResults() != dims->size() || dims->back() + 1 != numLoops ||
      llvm::count(*dims, numLoops - 1) != 1)
    return std::nullopt;
  return dims->size() == numLoops && isPrefixOfLoops(*dims) ? TermKind::Aligned
                                                            : TermKind::Row;
}

static bool hasOneTensorResult(linalg::LinalgOp op) {
  return op && op.hasPureTensorSemantics() && op->getNumResults() == 1;
}

/// The terms of `coefficients`, by the maps of their operands.
static std::optional<LinearTerms> getTerms(linalg::LinalgOp op,
                                           const Coefficients &coefficients) {
  if (!coefficients)
    return std::nullopt;
  LinearTerms terms;
  for (OpOperand &operand : op->getOpOperands()) {
    double factor = (*coefficients)[operand.getOperandNumber()];
    if (factor == 0.0)
      continue;
    std::optional<TermKind> kind =
        getKind(op.getMatchingIndexingMap(&operand), op.getNumLoops());
    if (!kind)
      return std::nullopt;
    terms.push_back({&operand, *kind, factor});
  }
  return terms;
}

static bool keepsRows(ArrayRef<ReassociationIndices> groups) {
  return !groups.empty() && groups.back().size() == 1;
}

/// Ops on whole tensors, whose operands are all like the result.
static std::optional<LinearTerms> matchTensorOp(Operation *op) {
  auto expand = dyn_cast<tensor::ExpandShapeOp>(op);
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(op);
  if ((expand && keepsRows(expand.getReassociationIndices())) ||
      (collapse && keepsRows(collapse.getReassociationIndices())))
    return LinearTerms{{&op->getOpOperand(0), TermKind::Row, 1.0}};
  if (isa<tensor::CastOp>(op))
    return LinearTerms{{&op->getOpOperand(0), TermKind::Aligned, 1.0}};
  Coefficients coefficients = evaluate(op, [&](OpOperand &operand) {
    SmallVector<double> unit(op->getNumOperands(), 0);
    unit[operand.getOperandNumber()] = 1;
    return unit;
  });
  if (!coefficients)
    return std::nullopt;
  LinearTerms terms;
  for (auto [operand, factor] :
       llvm::zip_equal(op->getOpOperands(), *coefficients))
    if (factor != 0.0)
      terms.push_back({&operand, TermKind::Aligned, factor});
  return terms;
}

std::optional<LinearTerms> seednorm::norm::matchRowSum(Operation *op) {
  if (op->getNumResults() != 1 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return std::nullopt;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return op->getNumRegions() == 0 ? matchTensorOp(op) : std::nullopt;
  if (!hasOneTensorResult(linalgOp) ||
      linalgOp.getNumParallelLoops() != linalgOp.getNumLoops() ||
      !linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(0))
           .isIdentity())
    return std::nullopt;
  return getTerms(linalgOp, evaluateBody(linalgOp));
}

//===----------------------------------------------------------------------===//
// Sums over rows
//===----------------------------------------------------------------------===//

std::optional<RowReduction> seednorm::norm::matchReduction(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!hasOneTensorResult(linalgOp) || linalgOp.getNumReductionLoops() != 1 ||
      linalgOp.getIteratorTypesArray().back() != utils::IteratorType::reduction)
    return std::nullopt;
  std::optional<LinearTerms> terms = getTerms(linalgOp, evaluateBody(linalgOp));
  int64_t numColumns = linalgOp.getStaticLoopRanges().back();
  if (!terms || ShapedType::isDynamic(numColumns))
    return std::nullopt;
  OpOperand *init = linalgOp.getDpsInitOperand(0);
  // The sum of a single row has no dimension.
  TermKind initKind =
      linalgOp.getNumLoops() == 1 ? TermKind::Constant : TermKind::Scalar;
  bool addsToInit = llvm::any_of(*terms, [&](const LinearTerm &term) {
    return term.operand == init && term.kind == initKind && term.factor == 1.0;
  });
  if (!addsToInit)
    return std::nullopt;
  llvm::erase_if(*terms,
                 [&](const LinearTerm &term) { return term.operand == init; });
  return RowReduction{*terms, init, numColumns};
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

std::optional<Product> seednorm::norm::matchProduct(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!hasOneTensorResult(linalgOp) ||
      !linalg::isaContractionOpInterface(linalgOp) ||
      !getNumColumns(op->getResult(0)))
    return std::nullopt;
  OpOperand *init = linalgOp.getDpsInitOperand(0);
  AffineExpr columns =
      linalgOp.getMatchingIndexingMap(init).getResults().back();
  Product product{linalgOp.getDpsInputOperand(0),
                  linalgOp.getDpsInputOperand(1), init, 0, std::nullopt};
  auto find = [&](OpOperand *operand, AffineExpr loop) {
    return linalgOp.getMatchingIndexingMap(operand).getResultPosition(loop);
  };
  if (find(product.rows, columns))
    std::swap(product.rows, product.weight);
  std::optional<unsigned> columnAxis = find(product.weight, columns);
  AffineMap rows = linalgOp.getMatchingIndexingMap(product.rows);
  if (!columnAxis || find(product.rows, columns) || rows.getNumResults() == 0)
    return std::nullopt;
  product.columnAxis = *columnAxis;
  AffineExpr inner = rows.getResults().back();
  // A contraction sums over what both inputs have and its result has not.
  if (!find(init, inner))
    product.innerAxis = find(product.weight, inner);
  return product;
}
