//===- NameSeeDNorm.cpp - Norms with a dynamic scale ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a row is multiplied by more than parameters, its products with each of
// them may be what the scale follows from, and any activation be in between.
//
//===----------------------------------------------------------------------===//

#include "Naming.h"

using namespace mlir;
using namespace seednorm;

namespace {

/// A dot product of the row, and what it may be multiplied by.
struct Projection {
  Value beta;
  int64_t numHeads;
  double seedScale;
};

constexpr norm::Activation kActivations[] = {
    norm::Activation::Tanh, norm::Activation::Sigmoid,
    norm::Activation::HardTanh, norm::Activation::SoftSign};

/// The factors of an expression that are atom `atom` alone, or its magnitude
/// beside a number.
void collectScales(ExpressionTable &table, const Expression &expression,
                   unsigned atom, SmallVectorImpl<double> &scales) {
  auto insert = [&](double scale) {
    for (double candidate : {scale, -scale})
      if (llvm::none_of(scales, [&](double other) {
            return table.equal(other, candidate);
          }))
        scales.push_back(candidate);
  };
  double number = 0.0;
  // The number comes first where there is one.
  for (const Monomial &monomial : expression.monomials) {
    if (monomial.factors.empty())
      number = monomial.coefficient;
    Expression single{{{monomial.factors, 1.0}}};
    std::optional<unsigned> factor = single.getAtom();
    if (!factor)
      continue;
    if (*factor == atom)
      insert(monomial.coefficient);
    else if (number != 0.0 &&
             table.equal(single, table.absolute(table.atom(atom))))
      insert(monomial.coefficient / number);
  }
}

SmallVector<Projection> findProjections(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  unsigned row = *naming.getRow().getAtom();
  SmallVector<Projection> projections;
  for (unsigned index : naming.getAtoms()) {
    const Atom atom = table.getAtom(index);
    if (atom.kind != AtomKind::Reduce || atom.label)
      continue;
    Monomial beta{{}, 1.0};
    bool hasRow = false;
    for (const Factor &factor : atom.operands.front().monomials.front().factors)
      if (factor.atom == row && factor.exponent == 1.0)
        hasRow = true;
      else
        beta.factors.push_back(factor);
    Value value = beta.factors.empty()
                      ? naming.buildSplat(1.0)
                      : findParameter(naming.getColumns(), beta);
    if (!hasRow || !value)
      continue;
    SmallVector<double> scales;
    collectScales(table, naming.getResult(), index, scales);
    for (unsigned other : naming.getAtoms()) {
      std::vector<Expression> operands = table.getAtom(other).operands;
      for (const Expression &operand : operands)
        collectScales(table, operand, index, scales);
    }
    for (double scale : scales)
      projections.push_back({value, atom.elements, scale});
  }
  return projections;
}

/// The scale of a row: parameters, a number, and what else there is.
struct DynamicScale {
  Value gamma;
  double number = 0.0;
  Expression dynamic;
};

std::optional<DynamicScale> readScale(Naming &naming, const Expression &scale) {
  DynamicScale result;
  for (const Monomial &monomial : scale.monomials) {
    if (monomial.factors.empty()) {
      result.number = monomial.coefficient;
    } else if (Value value = findParameter(naming.getColumns(), monomial)) {
      if (result.gamma)
        return std::nullopt;
      result.gamma = value;
    } else {
      result.dynamic.monomials.push_back(monomial);
    }
  }
  if (result.dynamic.monomials.empty())
    return std::nullopt;
  return result;
}

/// Those of `parameters` that `expression` has as a factor.
SmallVector<Value> findFactors(ArrayRef<Parameter> parameters,
                               const Expression &expression) {
  SmallVector<Value> values;
  for (const Parameter &parameter : parameters)
    if (llvm::any_of(expression.monomials, [&](const Monomial &monomial) {
          return llvm::any_of(monomial.factors, [&](const Factor &factor) {
            return factor.atom == parameter.atom;
          });
        }))
      values.push_back(parameter.value);
  return values;
}

/// What the coefficient may be multiplied by: a parameter, or a number.
SmallVector<Value> findAlphas(Naming &naming, const Expression &dynamic) {
  SmallVector<Value> alphas = findFactors(naming.getColumns(), dynamic);
  if (!alphas.empty())
    return alphas;
  double number = dynamic.monomials.front().coefficient;
  return {naming.buildSplat(number), naming.buildSplat(-number)};
}

} // namespace

Operation *seednorm::nameSeeDNorm(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  int64_t count = table.getNumColumns();
  for (const Root &root : findRoots(naming)) {
    Affine affine = divideByRMS(naming, root);
    std::optional<DynamicScale> scale =
        readScale(naming, table.scale(affine.scale, 1.0 / root.getUnit(count)));
    if (!scale || !affine.rest.monomials.empty())
      continue;
    double offset = scale->gamma ? scale->number : 0.0;
    Value gamma =
        scale->gamma ? scale->gamma : naming.buildSplat(scale->number);
    for (Value alpha : findAlphas(naming, scale->dynamic))
      for (const Projection &projection : findProjections(naming))
        for (norm::Activation activation : kActivations) {
          Value parameters[] = {alpha, projection.beta, gamma};
          naming.unify(parameters);
          if (Operation *op = naming.accept(norm::SeeDNormOp::create(
                  naming.getBuilder(), naming.getLoc(), naming.getType(),
                  naming.getInput(), parameters[0], parameters[1],
                  parameters[2], Value(), Value(),
                  naming.snap(root.getEps(count)), projection.numHeads,
                  activation, naming.snap(projection.seedScale),
                  naming.snap(offset), llvm::APFloat(0.0))))
            return op;
        }
  }
  return nullptr;
}

Operation *seednorm::nameAdaSeeDNorm(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  double eps = 0.0;
  auto propose = [&](Value alpha, Value scale, Value shift) -> Operation * {
    for (const Projection &projection : findProjections(naming))
      for (norm::Activation activation : kActivations) {
        Value parameters[] = {alpha, projection.beta};
        naming.unify(parameters);
        Value conditions[] = {scale, shift};
        naming.unify(conditions);
        if (Operation *op = naming.accept(norm::AdaSeeDNormOp::create(
                naming.getBuilder(), naming.getLoc(), naming.getType(),
                naming.getInput(), parameters[0], parameters[1], conditions[0],
                conditions[1], naming.snap(eps), projection.numHeads,
                activation, naming.snap(projection.seedScale))))
          return op;
      }
    return nullptr;
  };
  for (const Root &root : findRoots(naming)) {
    Affine affine = divideByRMS(naming, root);
    eps = root.getEps(table.getNumColumns());
    for (Value shift : findFactors(naming.getSamples(), affine.rest))
      for (Value scale : findFactors(naming.getSamples(), affine.scale))
        for (Value alpha : findFactors(naming.getColumns(), affine.scale))
          if (Operation *op = propose(alpha, scale, shift))
            return op;
  }
  return nullptr;
}
