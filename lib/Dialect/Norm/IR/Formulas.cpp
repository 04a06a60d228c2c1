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
  Term r = rsqrt(mean(x * x) + getEps().convertToDouble());
  return offsetScale(gamma, getGammaOffset()) * (x * r);
}
