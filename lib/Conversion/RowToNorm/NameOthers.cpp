//===- NameOthers.cpp - Norms without a root mean square ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Softmax, lengths, and what stands in the place of a norm.
//
//===----------------------------------------------------------------------===//

#include "Naming.h"

using namespace mlir;
using namespace seednorm;

static bool isFunction(const Atom &atom, StringRef name) {
  auto label = dyn_cast_if_present<StringAttr>(atom.label);
  return atom.kind == AtomKind::Function && label && label == name;
}

//===----------------------------------------------------------------------===//
// Bounded functions
//===----------------------------------------------------------------------===//

/// gamma * f(x) + bias: DyT, and BHyT where the row is normalized first.
Operation *seednorm::nameBounded(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  int64_t count = table.getNumColumns();
  auto propose = [&](const Monomial &slope, Value alpha, Value gamma,
                     Value bias) -> Operation * {
    if (Operation *op = naming.accept(norm::DyTOp::create(
            naming.getBuilder(), naming.getLoc(), naming.getType(),
            naming.getInput(), alpha, gamma, bias)))
      return op;
    for (const Root &root : findRoots(naming)) {
      double kappa = root.getUnit(count) / slope.coefficient;
      if (bias)
        break;
      if (Operation *op = naming.accept(norm::BHyTOp::create(
              naming.getBuilder(), naming.getLoc(), naming.getType(),
              naming.getInput(), alpha, gamma, naming.snap(root.getEps(count)),
              naming.snap(kappa))))
        return op;
    }
    return nullptr;
  };
  for (unsigned index : naming.getAtoms()) {
    const Atom atom = table.getAtom(index);
    if (!isFunction(atom, "tanh") || atom.operands[0].monomials.size() != 1)
      continue;
    Affine affine = naming.divide({{index, 1.0}});
    if (affine.scale.monomials.size() != 1 || affine.rest.monomials.size() > 1)
      continue;
    // Without a scale it is but an element-wise function.
    Value bias, gamma = findParameter(naming.getColumns(),
                                      affine.scale.monomials.front());
    for (const Monomial &monomial : affine.rest.monomials)
      bias = monomial.factors.empty()
                 ? naming.buildSplat(monomial.coefficient)
                 : findParameter(naming.getColumns(), monomial);
    if (!gamma || (!bias && !affine.rest.monomials.empty()))
      continue;
    const Monomial &slope = atom.operands[0].monomials.front();
    for (const Parameter &alpha : naming.getScalars())
      if (Operation *op = propose(slope, alpha.value, gamma, bias))
        return op;
    Value alpha = naming.buildScalar(slope.coefficient);
    if (Operation *op = propose(slope, alpha, gamma, bias))
      return op;
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Without parameters
//===----------------------------------------------------------------------===//

Operation *seednorm::nameSoftmax(Naming &naming) {
  // NaN makes the sum NaN, and so the whole row, whether the largest number is
  // of all or of those that are not NaN.
  for (bool ignoresNaN : {false, true}) {
    if (Operation *op = naming.accept(
            norm::SoftmaxOp::create(naming.getBuilder(), naming.getLoc(),
                                    naming.getType(), naming.getInput()),
            ignoresNaN))
      return op;
    if (Operation *op = naming.accept(
            norm::LogSoftmaxOp::create(naming.getBuilder(), naming.getLoc(),
                                       naming.getType(), naming.getInput()),
            ignoresNaN))
      return op;
  }
  return nullptr;
}

Operation *seednorm::nameLength(Naming &naming) {
  ExpressionTable &table = naming.getTable();
  for (unsigned index : naming.getAtoms()) {
    const Atom atom = table.getAtom(index);
    if (!isFunction(atom, "maximum") || !atom.operands[1].getConstant())
      continue;
    llvm::APFloat eps = naming.snap(*atom.operands[1].getConstant());
    OpBuilder &builder = naming.getBuilder();
    if (Operation *op = naming.accept(
            norm::L2NormOp::create(builder, naming.getLoc(), naming.getType(),
                                   naming.getInput(), eps)))
      return op;
    if (Operation *op = naming.accept(
            norm::L1NormOp::create(builder, naming.getLoc(), naming.getType(),
                                   naming.getInput(), eps)))
      return op;
    SmallVector<Value> scales =
        llvm::map_to_vector(naming.getScalars(),
                            [](const Parameter &scale) { return scale.value; });
    if (naming.getResult().monomials.size() == 1)
      scales.push_back(
          naming.buildScalar(naming.getResult().monomials.front().coefficient));
    for (Value scale : scales)
      if (Operation *op = naming.accept(norm::ScaleNormOp::create(
              builder, naming.getLoc(), naming.getType(), naming.getInput(),
              scale, eps)))
        return op;
  }
  return nullptr;
}
