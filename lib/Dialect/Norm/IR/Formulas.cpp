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

#include <cmath>

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

//===----------------------------------------------------------------------===//
// Root mean square
//===----------------------------------------------------------------------===//

Term SeeDNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), alpha = f.operand(1), beta = f.operand(2),
       gamma = f.operand(3);
  Term r = rsqrt(mean(x * x) + getEps().convertToDouble());
  Term s = sum(x * beta, getNumHeads());
  double seedScale = getSeedScale().convertToDouble();
  if (seedScale != 1.0)
    s = s * seedScale;
  Term t = activate(getActivation(), s);
  Term g = t * alpha + offsetScale(gamma, getGammaOffset());
  return g * (x * r);
}

Term RMSNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  auto counted = static_cast<int64_t>(
      std::ceil(getPartial().convertToDouble() * f.getNumColumns()));
  Term squares = x * x;
  if (counted < f.getNumColumns())
    squares = f.keepFirst(squares, counted);
  Term r = rsqrt(sum(squares) * (1.0 / counted) + getEps().convertToDouble());
  Term y = offsetScale(gamma, getGammaOffset()) * (x * r);
  return getBias() ? y + f.operand(2) : y;
}

Term CRMSNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  Term last = sum(x); // But for its sign.
  Term mean = (sum(x * x) + last * last) * (1.0 / (f.getNumColumns() + 1));
  Term r = rsqrt(mean + getEps().convertToDouble());
  return offsetScale(gamma, getGammaOffset()) * (x * r);
}

//===----------------------------------------------------------------------===//
// In the place of LayerNorm
//===----------------------------------------------------------------------===//

Term LayerNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), gamma = f.operand(1);
  Term c = x - mean(x);
  // Not 0, since the mean is rounded; but exact enough to correct it.
  Term d = mean(c);
  Term square = mean(c * c);
  // With d exact, the difference is smaller only where x holds one number,
  // whose rounding errors are then all that is left.
  Term variance = maximum(square - d * d, square * 0x1p-20);
  Term r = rsqrt(variance + getEps().convertToDouble());
  Term y = offsetScale(gamma, getGammaOffset()) * ((c - d) * r);
  return getBias() ? y + f.operand(2) : y;
}

Term DyTOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), alpha = f.operand(1), gamma = f.operand(2);
  Term y = gamma * tanh(alpha * x);
  return getBias() ? y + f.operand(3) : y;
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

Term ScaleNormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0), scale = f.operand(1);
  return scale * (x / maximum(sqrt(sum(x * x)), getEps().convertToDouble()));
}

Term L2NormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  return x / maximum(sqrt(sum(x * x)), getEps().convertToDouble());
}

Term L1NormOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  return x / maximum(sum(abs(x)), getEps().convertToDouble());
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

Term SoftmaxOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  Term e = exp(x - reduceMax(x));
  return e / sum(e);
}

Term LogSoftmaxOp::buildFormula(FormulaBuilder &f) {
  Term x = f.operand(0);
  Term shifted = x - reduceMax(x);
  return shifted - log(sum(exp(shifted)));
}
