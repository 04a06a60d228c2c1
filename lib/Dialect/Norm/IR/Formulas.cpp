//===- Formulas.cpp - The formula of each norm ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each as docs/Spec.md has it. Every lowering builds these; no other place
// writes a norm's maths.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// gamma + offset; adding no offset would still turn -0 into +0.
static Term offsetScale(Term gamma, const llvm::APFloat &offset) {
  return offset.isZero() ? gamma : gamma + offset.convertToDouble();
}

static Term activate(Activation activation, Term s) {
  FormulaBuilder &f = *s.builder;
  switch (activation) {
  case Activation::Tanh:
    return tanh(s);
  case Activation::Sigmoid:
    return f.constant(1.0) / (exp(-s) + 1.0);
  case Activation::HardTanh:
    return maximum(minimum(s, 1.0), -1.0);
  case Activation::SoftSign:
    return s / (abs(s) + 1.0);
  }
  llvm_unreachable("every activation is handled");
}

/// seed_scale times the dot product of each head with `beta`.
static Term projectRow(Term x, Term beta, int64_t numHeads,
                       const llvm::APFloat &seedScale) {
  Term s = sum(x * beta, numHeads);
  double factor = seedScale.convertToDouble();
  return factor == 1.0 ? s : s * factor;
}

/// LayerNorm Scaling.
static Term scaleByDepth(Term y, int64_t depth) {
  return depth == 1 ? y : y * (1.0 / std::sqrt(static_cast<double>(depth)));
}

/// `x` without its mean, over its deviation.
static Term standardize(Term x, const llvm::APFloat &eps) {
  Term c = x - mean(x);
  // Not 0, since the mean is rounded; but exact enough to correct it.
  Term d = mean(c);
  Term square = mean(c * c);
  // With d exact, the difference is smaller only where x holds one number,
  // whose rounding errors are then all that is left.
  Term variance = maximum(square - d * d, square * 0x1p-20);
  Term r = rsqrt(variance + eps.convertToDouble());
  return (c - d) * r;
}

static Term divideByRMS(Term x, const llvm::APFloat &eps) {
  return x * rsqrt(mean(x * x) + eps.convertToDouble());
}

static FloatType getElementType(Value tensor) {
  return cast<FloatType>(getElementTypeOrSelf(tensor));
}

//===----------------------------------------------------------------------===//
// Root mean square
//===----------------------------------------------------------------------===//

SmallVector<Term> SeeDNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), alpha = f.operand(1), beta = f.operand(2),
       gamma = f.operand(3);
  Term r = rsqrt(mean(x * x) + getEps().convertToDouble());
  Term t = activate(getActivation(),
                    projectRow(x, beta, getNumHeads(), getSeedScale()));
  Term dynamic = t * alpha;
  if (double probability = getDropout().convertToDouble(); probability != 0.0)
    dynamic = dynamic * f.drawMask(4, 5, probability);
  Term g = dynamic + offsetScale(gamma, getGammaOffset());
  return {g * (x * r)};
}

OperandKind SeeDNormOp::getOperandKind(unsigned index) {
  if (index == 0)
    return OperandKind::Rows;
  return index < 4 ? OperandKind::Columns : OperandKind::Scalar;
}

SmallVector<Term> RMSNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  auto counted = static_cast<int64_t>(
      std::ceil(getPartial().convertToDouble() * f.getNumColumns()));
  Term squares = x * x;
  if (counted < f.getNumColumns())
    squares = f.keepFirst(squares, counted);
  Term r = rsqrt(sum(squares) * (1.0 / counted) + getEps().convertToDouble());
  Term n = x * r;
  if (getCastingMode() == CastingMode::Llama)
    n = f.round(n, getElementType(getInput()));
  Term y = offsetScale(gamma, getGammaOffset()) * n;
  if (getBias())
    y = y + f.operand(2);
  return {scaleByDepth(y, getDepth())};
}

SmallVector<Term> CRMSNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  Term last = sum(x); // But for its sign.
  Term mean = (sum(x * x) + last * last) * (1.0 / (f.getNumColumns() + 1));
  Term r = rsqrt(mean + getEps().convertToDouble());
  return {offsetScale(gamma, getGammaOffset()) * (x * r)};
}

//===----------------------------------------------------------------------===//
// In the place of LayerNorm
//===----------------------------------------------------------------------===//

SmallVector<Term> LayerNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  Term y = offsetScale(gamma, getGammaOffset()) * standardize(x, getEps());
  if (getBias())
    y = y + f.operand(2);
  return {scaleByDepth(y, getDepth())};
}

SmallVector<Term> DyTOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), alpha = f.operand(1), gamma = f.operand(2);
  Term y = gamma * tanh(alpha * x);
  return {getBias() ? y + f.operand(3) : y};
}

OperandKind DyTOp::getOperandKind(unsigned index) {
  constexpr OperandKind kinds[] = {OperandKind::Rows, OperandKind::Scalar,
                                   OperandKind::Columns, OperandKind::Columns};
  return kinds[index];
}

SmallVector<Term> BHyTOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), slope = f.operand(1), gamma = f.operand(2);
  Term r = rsqrt(mean(x * x) + getEps().convertToDouble());
  Term factor = slope / f.constant(getKappa().convertToDouble());
  return {gamma * tanh(factor * (x * r))};
}

OperandKind BHyTOp::getOperandKind(unsigned index) {
  constexpr OperandKind kinds[] = {OperandKind::Rows, OperandKind::Scalar,
                                   OperandKind::Columns};
  return kinds[index];
}

//===----------------------------------------------------------------------===//
// Conditioned
//===----------------------------------------------------------------------===//

SmallVector<Term> AdaSeeDNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), alpha = f.operand(1), beta = f.operand(2),
       scale = f.operand(3), shift = f.operand(4);
  Term t = activate(getActivation(),
                    projectRow(x, beta, getNumHeads(), getSeedScale()));
  Term n = (t * alpha + 1.0) * divideByRMS(x, getEps());
  return {n * (scale + 1.0) + shift};
}

OperandKind AdaSeeDNormOp::getOperandKind(unsigned index) {
  constexpr OperandKind kinds[] = {OperandKind::Rows, OperandKind::Columns,
                                   OperandKind::Columns, OperandKind::Samples,
                                   OperandKind::Samples};
  return kinds[index];
}

SmallVector<Term> ModulateOp::buildFormula(FormulaBuilder &f) {
  Term h = f.operand(0), scale = f.operand(1), shift = f.operand(2);
  if (getResidual()) {
    if (getGate())
      h = f.operand(4) * h;
    h = f.round(f.operand(3) + h, getElementType(getSum()));
  }
  Term n = getStatistics() == Statistics::LayerNorm ? standardize(h, getEps())
                                                    : divideByRMS(h, getEps());
  Term y = n * (scale + 1.0) + shift;
  if (getResidual())
    return {y, h};
  return {y};
}

OperandKind ModulateOp::getOperandKind(unsigned index) {
  constexpr OperandKind kinds[] = {OperandKind::Rows, OperandKind::Samples,
                                   OperandKind::Samples, OperandKind::Rows,
                                   OperandKind::Samples};
  return kinds[index];
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

SmallVector<Term> ScaleNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), scale = f.operand(1);
  return {scale * (x / maximum(sqrt(sum(x * x)), getEps().convertToDouble()))};
}

OperandKind ScaleNormOp::getOperandKind(unsigned index) {
  return index == 0 ? OperandKind::Rows : OperandKind::Scalar;
}

SmallVector<Term> L2NormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  return {x / maximum(sqrt(sum(x * x)), getEps().convertToDouble())};
}

SmallVector<Term> L1NormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  return {x / maximum(sum(abs(x)), getEps().convertToDouble())};
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

SmallVector<Term> SoftmaxOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  Term e = exp(x - reduceMax(x));
  return {e / sum(e)};
}

SmallVector<Term> LogSoftmaxOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  Term shifted = x - reduceMax(x);
  return {shifted - log(sum(exp(shifted)))};
}

//===----------------------------------------------------------------------===//
// Groups and heads
//===----------------------------------------------------------------------===//

/// Rows of any number of dimensions, whose optional parameters follow in order.
template <typename Op>
static SmallVector<Term> buildChannels(Op op, FormulaBuilder &f) {
  Term y = standardize(f.operand(0), op.getEps());
  unsigned next = 1;
  if (op.getGamma())
    y = f.operand(next++) * y;
  if (op.getBias())
    y = y + f.operand(next);
  return {y};
}

static OperandKind getChannelKind(unsigned index, ChannelLayout layout) {
  if (index == 0)
    return OperandKind::Rows;
  return layout == ChannelLayout::First ? OperandKind::Heads
                                        : OperandKind::Repeated;
}

SmallVector<Term> GroupNormOp::buildFormula(FormulaBuilder &f) {
  return buildChannels(*this, f);
}
OperandKind GroupNormOp::getOperandKind(unsigned index) {
  return getChannelKind(index, getLayout());
}
RowView GroupNormOp::getRowView() {
  return {1, static_cast<int64_t>(getNumGroups())};
}

SmallVector<Term> InstanceNormOp::buildFormula(FormulaBuilder &f) {
  return buildChannels(*this, f);
}
OperandKind InstanceNormOp::getOperandKind(unsigned index) {
  return getChannelKind(index, getLayout());
}
RowView InstanceNormOp::getRowView() {
  if (getLayout() == ChannelLayout::Last)
    return {1};
  return {1, getInput().getType().getDimSize(1)};
}

SmallVector<Term> HeadScaleOp::buildFormula(FormulaBuilder &f) {
  return {f.operand(1) * f.operand(0)};
}
OperandKind HeadScaleOp::getOperandKind(unsigned index) {
  return index == 0 ? OperandKind::Rows : OperandKind::Heads;
}

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

/// The ends of the range of a type; the first is that of its scale.
static std::pair<double, double> getRange(Type type) {
  if (auto element = dyn_cast<FloatType>(type)) {
    double largest =
        APFloat::getLargest(element.getFloatSemantics()).convertToDouble();
    return {largest, -largest};
  }
  return {127.0, -128.0};
}

SmallVector<Term> QuantizeOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  auto [largest, least] = getRange(getTo());
  bool dynamic = getPer() != Scaling::Static;
  int64_t parts = 1;
  if (getPer() == Scaling::Group)
    parts = llvm::divideCeil(f.getNumColumns(), getGroupSize());
  Term scale = dynamic ? maximum(reduceMax(abs(x), parts), 0x1p-100) /
                             f.constant(largest)
                       : f.operand(1);
  Term y = x * (f.constant(1.0) / scale);
  y = maximum(minimum(y, largest), least);
  if (isa<IntegerType>(getTo()))
    y = zeroIfNaN(roundEven(y));
  if (dynamic)
    return {y, scale};
  return {y};
}

int64_t QuantizeOp::getPadding() {
  int64_t columns = getInput().getType().getShape().back();
  int64_t size = getGroupSize();
  // A single group is the row.
  if (getPer() != Scaling::Group || size >= columns)
    return 0;
  return llvm::alignTo(columns, size) - columns;
}

OperandKind QuantizeOp::getOperandKind(unsigned index) {
  return index == 0 ? OperandKind::Rows : OperandKind::Scalar;
}
