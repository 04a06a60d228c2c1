//===- NameRootMeanSquare.cpp - Norms that divide by a root ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Their result is affine in the normalized row: what it is multiplied by and
// what is added are the parameters.
//
//===----------------------------------------------------------------------===//

#include "Naming.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

SmallVector<Root> seednorm::findRoots(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  SmallVector<Root> roots;
  for (unsigned index : naming.getAtoms()) {
    const Atom &atom = table.getAtom(index);
    if (atom.kind != AtomKind::Sum || atom.isMixed)
      continue;
    Root root{index, 0.0, 0.0};
    for (const Monomial &monomial : atom.operands.front().monomials) {
      if (monomial.factors.empty())
        root.c = monomial.coefficient;
      for (const Factor &factor : monomial.factors)
        if (table.getAtom(factor.atom).kind == AtomKind::Reduce)
          root.k = monomial.coefficient;
    }
    if (root.k > 0 && root.c > 0)
      roots.push_back(root);
  }
  return roots;
}

Value seednorm::findParameter(ArrayRef<Parameter> parameters,
                              const Monomial &monomial) {
  if (monomial.factors.size() != 1 || monomial.factors.front().exponent != 1.0)
    return Value();
  for (const Parameter &parameter : parameters)
    if (parameter.atom == monomial.factors.front().atom)
      return parameter.value;
  return Value();
}

/// `factors` and a root of `root`, in order.
static Factors withRoot(Factors factors, const Root &root) {
  factors.push_back({root.atom, -0.5});
  return factors;
}

Affine seednorm::divideByRMS(Naming &naming, const Root &root) {
  return naming.divide(
      withRoot(naming.getRow().monomials.front().factors, root));
}

namespace {
/// Parameters of a norm that is scaled, shifted and scaled by its depth.
struct Parameters {
  Value gamma, bias;
  double offset = 0.0;
  int64_t depth = 1;
};
} // namespace

/// Reads (gamma + offset) * f and bias * f, where f is 1 / sqrt(depth).
static std::optional<Parameters> readParameters(Naming &naming,
                                                const Affine &affine) {
  Parameters parameters;
  double factor = 1.0, number = 0.0;
  for (const Monomial &monomial : affine.scale.monomials) {
    if (monomial.factors.empty()) {
      number = monomial.coefficient;
      continue;
    }
    if (parameters.gamma)
      return std::nullopt;
    parameters.gamma = findParameter(naming.getColumns(), monomial);
    factor = monomial.coefficient;
    if (!parameters.gamma)
      return std::nullopt;
  }
  double depth = std::round(1.0 / (factor * factor));
  if (factor < 0 || !(depth >= 1.0 && depth < 0x1p31))
    return std::nullopt;
  parameters.depth = static_cast<int64_t>(depth);
  if (parameters.gamma)
    parameters.offset = number / factor;
  else if (naming.getTable().equal(number, 1.0))
    parameters.gamma = naming.buildSplat(1.0);
  else // As likely another divisor in the mean, or nothing.
    return std::nullopt;
  if (affine.rest.monomials.size() > 1)
    return std::nullopt;
  for (Monomial monomial : affine.rest.monomials) {
    if (monomial.factors.empty())
      parameters.bias = naming.buildSplat(monomial.coefficient / factor);
    else
      parameters.bias = findParameter(naming.getColumns(), monomial);
    if (!parameters.bias)
      return std::nullopt;
  }
  return parameters;
}

/// The number of the first columns that statistics may be of: limits that
/// columns are compared with, and all.
static SmallVector<int64_t> findCounts(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  SmallVector<int64_t> counts = {table.getNumColumns()};
  for (unsigned atom : naming.getAtoms()) {
    auto limit = dyn_cast_if_present<IntegerAttr>(table.getAtom(atom).label);
    if (limit && limit.getInt() > 0 && limit.getInt() < counts.front())
      counts.push_back(limit.getInt());
  }
  return counts;
}

//===----------------------------------------------------------------------===//
// Proposals
//===----------------------------------------------------------------------===//

static Operation *proposeRMSNorm(Naming &naming, const Root &root,
                                 int64_t count, norm::CastingMode mode,
                                 const Affine &affine) {
  std::optional<Parameters> parameters = readParameters(naming, affine);
  if (!parameters)
    return nullptr;
  double partial =
      static_cast<double>(count) / naming.getTable().getNumColumns();
  return naming.accept(norm::RMSNormOp::create(
      naming.getBuilder(), naming.getLoc(), naming.getType(), naming.getInput(),
      parameters->gamma, parameters->bias, naming.snap(root.getEps(count)),
      naming.snap(parameters->offset), llvm::APFloat(partial), mode,
      parameters->depth));
}

Operation *seednorm::nameRMSNorm(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  Type element = getElementTypeOrSelf(naming.getInput().getType());
  for (const Root &root : findRoots(naming))
    for (int64_t count : findCounts(naming)) {
      Affine affine = divideByRMS(naming, root);
      affine.scale = table.scale(affine.scale, 1.0 / root.getUnit(count));
      if (Operation *op = proposeRMSNorm(naming, root, count,
                                         norm::CastingMode::Gemma, affine))
        return op;
      for (unsigned atom : naming.getAtoms()) {
        if (table.getAtom(atom).kind != AtomKind::Round ||
            table.getAtom(atom).label != TypeAttr::get(element))
          continue;
        if (Operation *op =
                proposeRMSNorm(naming, root, count, norm::CastingMode::Llama,
                               naming.divide({{atom, 1.0}})))
          return op;
      }
    }
  return nullptr;
}

Operation *seednorm::nameCRMSNorm(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  int64_t count = table.getNumColumns() + 1;
  for (const Root &root : findRoots(naming)) {
    Affine affine = divideByRMS(naming, root);
    affine.scale = table.scale(affine.scale, 1.0 / root.getUnit(count));
    std::optional<Parameters> parameters = readParameters(naming, affine);
    if (!parameters || parameters->bias)
      continue;
    if (Operation *op = naming.accept(norm::CRMSNormOp::create(
            naming.getBuilder(), naming.getLoc(), naming.getType(),
            naming.getInput(), parameters->gamma,
            naming.snap(root.getEps(count)), naming.snap(parameters->offset))))
      return op;
  }
  return nullptr;
}

/// The result as a number of times (x - mean) / deviation.
static Affine divideByDeviation(Naming &naming, const Root &root) {
  ExpressionTable &table = naming.getTable();
  int64_t count = table.getNumColumns();
  Expression mean =
      table.scale(table.reduceSum(naming.getRow(), 1), -1.0 / count);
  std::optional<unsigned> centered = table.add(naming.getRow(), mean).getAtom();
  // A row of one column is its mean.
  if (!centered)
    return {};
  Affine affine = naming.divide(withRoot({{*centered, 1.0}}, root));
  affine.scale = table.scale(affine.scale, 1.0 / root.getUnit(count));
  return affine;
}

Operation *seednorm::nameLayerNorm(Naming &naming) {
  for (const Root &root : findRoots(naming)) {
    std::optional<Parameters> parameters =
        readParameters(naming, divideByDeviation(naming, root));
    if (!parameters)
      continue;
    double eps = root.getEps(naming.getTable().getNumColumns());
    if (Operation *op = naming.accept(norm::LayerNormOp::create(
            naming.getBuilder(), naming.getLoc(), naming.getType(),
            naming.getInput(), parameters->gamma, parameters->bias,
            naming.snap(eps), naming.snap(parameters->offset),
            parameters->depth)))
      return op;
  }
  return nullptr;
}

Operation *seednorm::nameModulate(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  int64_t count = table.getNumColumns();
  auto propose = [&](const Root &root, norm::Statistics statistics,
                     const Affine &affine) -> Operation * {
    Value scale, shift;
    for (const Monomial &monomial : affine.scale.monomials)
      if (Value value = findParameter(naming.getSamples(), monomial))
        scale = value;
    for (const Monomial &monomial : affine.rest.monomials)
      shift = findParameter(naming.getSamples(), monomial);
    if (!scale || !shift)
      return nullptr;
    return naming.accept(norm::ModulateOp::create(
        naming.getBuilder(), naming.getLoc(), naming.getType(), Type(),
        naming.getInput(), scale, shift, Value(), Value(), statistics,
        naming.snap(root.getEps(count))));
  };
  for (const Root &root : findRoots(naming)) {
    if (Operation *op =
            propose(root, norm::Statistics::RMSNorm, divideByRMS(naming, root)))
      return op;
    if (Operation *op = propose(root, norm::Statistics::LayerNorm,
                                divideByDeviation(naming, root)))
      return op;
  }
  return nullptr;
}
