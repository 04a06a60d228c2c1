//===- BodyOps.cpp - The closed list of ops in a program's body -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one table of ops that a row program may hold, by what they do to
// columns, and the checks that they act along columns only.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

int64_t seednorm::row::getNumElements(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

/// Formats of memory: no machine computes in them.
static bool isFloat8(Type element) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(element);
}

/// Element-wise ops that both back ends lower for scalars and vectors.
static bool isElementWise(Operation *op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp,
             arith::MaxNumFOp, arith::MinNumFOp, arith::ExtFOp, arith::TruncFOp,
             arith::CmpFOp, arith::SelectOp, arith::BitcastOp>(op) ||
         isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::AndIOp,
             arith::OrIOp, arith::XOrIOp, arith::MaxSIOp, arith::MaxUIOp,
             arith::MinSIOp, arith::MinUIOp, arith::ShLIOp, arith::ShRUIOp,
             arith::ShRSIOp, arith::CmpIOp, arith::ExtSIOp, arith::ExtUIOp,
             arith::TruncIOp, arith::IndexCastOp, arith::IndexCastUIOp,
             arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
             arith::FPToUIOp>(op) ||
         isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::CosOp, math::ErfOp, math::ExpOp, math::Exp2Op, math::ExpM1Op,
             math::FloorOp, math::FmaOp, math::LogOp, math::Log10Op,
             math::Log1pOp, math::Log2Op, math::PowFOp, math::RoundEvenOp,
             math::RsqrtOp, math::SinOp, math::SqrtOp, math::TanhOp,
             math::TruncOp>(op);
}

std::optional<BodyOpKind> seednorm::row::getBodyOpKind(Operation *op) {
  if (isElementWise(op))
    return BodyOpKind::ElementWise;
  if (isa<arith::ConstantOp>(op))
    return BodyOpKind::Constant;
  if (isa<vector::ShapeCastOp, vector::ExtractOp, vector::FromElementsOp>(op))
    return BodyOpKind::Relabel;
  if (isa<vector::BroadcastOp>(op))
    return BodyOpKind::Spread;
  if (isa<vector::MultiDimReductionOp, vector::ReductionOp>(op))
    return BodyOpKind::Reduce;
  if (isa<vector::StepOp>(op))
    return BodyOpKind::Step;
  if (isa<PhiloxOp>(op))
    return BodyOpKind::Random;
  return std::nullopt;
}

/// Keeping the number of elements keeps them in order: these ops then only
/// rename the element that belongs to a column.
static LogicalResult verifyRelabel(Operation *op) {
  if (isa<vector::FromElementsOp>(op) && op->getNumOperands() != 1)
    return op->emitOpError("in a row program expects one element, but got ")
           << op->getNumOperands();
  Value source = op->getOperand(0);
  if (op->getNumOperands() != 1)
    return op->emitOpError("in a row program expects a static position");
  int64_t from = getNumElements(source.getType());
  int64_t to = getNumElements(op->getResult(0).getType());
  if (from != to)
    return op->emitOpError("in a row program expects to keep all elements, "
                           "but takes ")
           << to << " of " << from;
  return success();
}

/// A broadcast is along columns if, after some leading dimensions kept as they
/// are, it stretches all the rest from one element each.
static LogicalResult verifySpread(vector::BroadcastOp op) {
  auto source = dyn_cast<VectorType>(op.getSourceType());
  if (!source || source.getNumElements() == 1)
    return success();
  ArrayRef<int64_t> target = op.getResultVectorType().getShape();
  SmallVector<int64_t> aligned(target.size() - source.getRank(), 1);
  llvm::append_range(aligned, source.getShape());
  bool stretching = false;
  for (auto [from, to] : llvm::zip_equal(aligned, target)) {
    stretching |= from != to;
    if (stretching && from != 1)
      return op.emitOpError("in a row program expects to repeat each element "
                            "over consecutive columns, but repeats ")
             << source << " as a whole";
  }
  return success();
}

/// Combinations whose order the schedule may choose, with an identity that
/// stands for columns beyond the row.
static LogicalResult verifyCombiningKind(Operation *op,
                                         vector::CombiningKind kind) {
  using vector::CombiningKind;
  switch (kind) {
  case CombiningKind::ADD:
  case CombiningKind::MUL:
  case CombiningKind::MAXIMUMF:
  case CombiningKind::MINIMUMF:
  case CombiningKind::MAXNUMF:
  case CombiningKind::MINNUMF:
    break;
  default:
    return op->emitOpError("in a row program expects to combine "
                           "floating-point columns, but got kind '")
           << vector::stringifyCombiningKind(kind) << "'";
  }
  Type element = getElementTypeOrSelf(op->getOperand(0).getType());
  if (!isa<FloatType>(element))
    return op->emitOpError("in a row program expects to combine "
                           "floating-point columns, but got ")
           << element;
  return success();
}

static LogicalResult verifyReduce(Operation *op) {
  if (auto reduction = dyn_cast<vector::ReductionOp>(op))
    return verifyCombiningKind(op, reduction.getKind());
  auto reduction = cast<vector::MultiDimReductionOp>(op);
  if (failed(verifyCombiningKind(op, reduction.getKind())))
    return failure();
  bool reducing = false;
  for (auto [size, reduced] :
       llvm::zip_equal(reduction.getSourceVectorType().getShape(),
                       reduction.getReductionMask())) {
    if (size == 1)
      continue;
    if (reducing && !reduced)
      return op->emitOpError("in a row program expects to reduce consecutive "
                             "columns, but keeps a dimension inside a reduced "
                             "one");
    reducing |= reduced;
  }
  return success();
}

bool seednorm::row::isSupportedElement(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return integer.isSignless() &&
           llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
  return isFloat8(element) || element.isF16() || element.isBF16() ||
         element.isF32() || element.isF64() || element.isIndex();
}

static LogicalResult verifyFloat8(Operation *op) {
  if (isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp,
          arith::BitcastOp, arith::SelectOp>(op))
    return success();
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (Type element = getElementTypeOrSelf(type); isFloat8(element))
      return op->emitOpError("in a row program expects 8-bit floats to be cast "
                             "before and after arithmetic, but got ")
             << element;
  return success();
}

/// Both back ends round to nearest even and know no other way.
static LogicalResult verifyRounding(Operation *op) {
  auto rounding = dyn_cast<arith::ArithRoundingModeInterface>(op);
  if (!rounding || !rounding.getRoundingModeAttr())
    return success();
  return op->emitOpError("in a row program rounds to nearest even; expects no "
                         "rounding mode, but got '")
         << arith::stringifyRoundingMode(
                rounding.getRoundingModeAttr().getValue())
         << "'";
}

LogicalResult seednorm::row::verifyBodyOp(Operation *op) {
  std::optional<BodyOpKind> kind = getBodyOpKind(op);
  if (!kind)
    return op->emitOpError("cannot be part of a row program, whose body holds "
                           "element-wise 'arith' and 'math', casts, broadcasts "
                           "and reductions along columns only");
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes())) {
    if (Type element = getElementTypeOrSelf(type); !isSupportedElement(element))
      return op->emitOpError("in a row program expects elements of f8E4M3FN, "
                             "f8E5M2, f16, bf16, f32, f64, index or an integer "
                             "of 1, 8, 16, 32 or 64 bits, but got ")
             << element;
    auto vector = dyn_cast<VectorType>(type);
    if (vector && vector.isScalable())
      return op->emitOpError("in a row program expects vectors of fixed "
                             "length, but got ")
             << vector;
  }
  switch (*kind) {
  case BodyOpKind::Relabel:
    return verifyRelabel(op);
  case BodyOpKind::Spread:
    return verifySpread(cast<vector::BroadcastOp>(op));
  case BodyOpKind::Reduce:
    return success(succeeded(verifyReduce(op)) && succeeded(verifyFloat8(op)));
  case BodyOpKind::Constant:
    if (auto dense =
            dyn_cast<ElementsAttr>(cast<arith::ConstantOp>(op).getValue());
        dense && !dense.isSplat())
      return op->emitOpError("in a row program expects one value for all "
                             "columns; pass other constants as operands");
    return success();
  case BodyOpKind::ElementWise:
    return success(succeeded(verifyRounding(op)) &&
                   succeeded(verifyFloat8(op)));
  case BodyOpKind::Step:
  case BodyOpKind::Random:
    return success();
  }
  llvm_unreachable("every kind is handled");
}
