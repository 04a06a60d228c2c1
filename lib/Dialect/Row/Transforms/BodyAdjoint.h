//===- BodyAdjoint.h - Gradients of the values of a body --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reverse mode over the closed list of body ops. The adjoint of a value is the
// gradient of the sum of all results, each weighted by its own adjoint, with
// respect to it: of the value's shape, in f32, or in f64 for f64. Each op adds
// to the adjoints of its operands, from the last op to the first.
//
// Source: Griewank and Walther, Evaluating Derivatives, 2008, chapter 3.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_BODYADJOINT_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_BODYADJOINT_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace seednorm::row {

/// The type of the adjoint of a value of floating-point type `type`.
mlir::Type getAdjointType(mlir::Type type);

class BodyAdjoint {
public:
  /// Adjoints of the values of `program` that depend on `inputs`, built by
  /// `builder` behind a copy of its body, whose values `forward` maps to.
  BodyAdjoint(mlir::OpBuilder &builder, ProgramOp program,
              mlir::ValueRange inputs, const mlir::IRMapping &forward);

  /// Propagates the adjoints given of yielded values; an error names the op
  /// that has none. `isShift` are reductions whose value makes no difference to
  /// what is yielded.
  mlir::LogicalResult
  propagate(const llvm::DenseSet<mlir::Operation *> &isShift);

  /// The adjoint of `value`; null if nothing has been added.
  mlir::Value get(mlir::Value value) const { return adjoints.lookup(value); }

  //===--------------------------------------------------------------------===//
  // For the rules of ops
  //===--------------------------------------------------------------------===//

  /// Whether `value` depends on an input that a gradient is wanted of, through
  /// ops that have adjoints.
  bool isActive(mlir::Value value) const { return active.contains(value); }
  /// `value` of the program as the copy of its body has it, in the type of its
  /// adjoint if it is a float.
  mlir::Value getForward(mlir::Value value);
  /// Adds to the adjoint of `value`, if it is active: `term`, `-term`, or
  /// `lhs * rhs`, all of the type of the adjoint.
  void add(mlir::Value value, mlir::Value term);
  void subtract(mlir::Value value, mlir::Value term);
  void addProduct(mlir::Value value, mlir::Value lhs, mlir::Value rhs);

  /// Builds an op of adjoints at `loc`, in any order of its terms.
  template <typename Op> mlir::Value build(mlir::Value lhs, mlir::Value rhs) {
    return Op::create(builder, loc, lhs, rhs,
                      mlir::arith::FastMathFlags::reassoc)
        .getResult();
  }
  template <typename Op> mlir::Value build(mlir::Value operand) {
    return Op::create(builder, loc, operand,
                      mlir::arith::FastMathFlags::reassoc)
        .getResult();
  }
  /// `value` for all elements of `like`'s type.
  mlir::Value buildConstant(double value, mlir::Value like);
  /// i1: the comparison of two values of the same type.
  mlir::Value buildCompare(mlir::arith::CmpFPredicate predicate,
                           mlir::Value lhs, mlir::Value rhs);
  mlir::Value buildSelect(mlir::Value condition, mlir::Value ifTrue,
                          mlir::Value ifFalse);

  mlir::OpBuilder &builder;
  mlir::Location loc; ///< Of the op whose rule runs.

private:
  void findActive(mlir::ValueRange inputs);
  mlir::LogicalResult checkBits(mlir::Operation *op) const;

  ProgramOp program;
  const mlir::IRMapping &forward;
  llvm::DenseSet<mlir::Value> active;
  /// Integers that hold bits of active floats.
  llvm::DenseSet<mlir::Value> bits;
  llvm::DenseMap<mlir::Value, mlir::Value> adjoints, widened;
};

/// Adds what `op`, element-wise, whose result has adjoint `gradient`, gives its
/// operands; an error if it has no adjoint.
mlir::LogicalResult addElementWise(BodyAdjoint &adjoints, mlir::Operation *op,
                                   mlir::Value gradient);

/// The same of ops that move elements along columns or combine them.
void addSpread(BodyAdjoint &adjoints, mlir::Operation *op,
               mlir::Value gradient);
mlir::LogicalResult addReduce(BodyAdjoint &adjoints, mlir::Operation *op,
                              mlir::Value gradient);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_BODYADJOINT_H
