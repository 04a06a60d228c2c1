//===- LinalgFormula.h - Formulas as loops over tensors ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Records a formula and then builds it: one `linalg.generic` for each
// reduction, one for the maths on what a reduction left, and one that writes
// the result. Element-wise code is part of the op that needs it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGFORMULA_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGFORMULA_H

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include <set>

namespace seednorm::norm {

/// The loops are the leading dimensions of the rows, then the columns; with
/// several heads the columns are two loops, (heads, D / heads). A term has one
/// number for each iteration of the loops it depends on.
class LinalgFormula : public FormulaBuilder {
public:
  LinalgFormula(mlir::OpBuilder &builder, FormulaOpInterface op);

  /// A tensor like the op's input, of the recorded `term`.
  mlir::Value build(Term term);

  int64_t getNumColumns() const override { return rows.getShape().back(); }
  Term operand(unsigned index) override { return {this, index}; }
  Term constant(double value) override;
  Term apply(Function function, llvm::ArrayRef<Term> terms) override;
  Term keepFirst(Term term, int64_t count) override;
  Term reduce(Reduction reduction, Term term, int64_t numHeads) override;

private:
  /// What a term depends on: a set of groups of loops.
  enum Extent : unsigned { One = 0, Leading = 1, Heads = 2, Columns = 4 };
  static constexpr unsigned All = Leading | Heads | Columns;

  enum class Kind { Operand, Constant, Apply, KeepFirst, Reduce };

  /// A recorded term.
  struct Node {
    Kind kind;
    unsigned extent = One;
    llvm::SmallVector<unsigned> terms = {};
    Function function = {};
    Reduction reduction = {};
    double value = 0;        // Of a constant.
    int64_t count = 0;       // Of columns kept.
    mlir::Value tensor = {}; // Of an operand, or once built.
  };

  class Payload;

  Term add(Node node);
  /// Whether a term is a tensor of its own where loops over `extent` use it.
  bool isTensorWithin(const Node &node, unsigned extent) const;
  /// The tensors that element-wise code for `term` reads.
  void collectTensors(unsigned term, unsigned extent,
                      std::set<unsigned> &tensors) const;

  mlir::Value buildTensor(unsigned term);
  std::set<unsigned> buildTensors(unsigned term, unsigned extent);
  mlir::Value buildReduction(unsigned term);
  mlir::Value buildMap(unsigned term, unsigned extent, mlir::Type element);
  /// One op over the loops of `extent` that gives a tensor over those of
  /// `init`'s; `combine` makes of the value of `term` and the init's element
  /// what is yielded.
  mlir::Value buildGeneric(
      unsigned term, unsigned extent, mlir::Value init, unsigned initExtent,
      llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value value,
                                     mlir::Value before)>
          combine);

  void splitHeads();
  mlir::Value buildSplit(mlir::Value tensor, unsigned extent);
  mlir::Value buildMerge(mlir::Value tensor);
  mlir::Value buildEmpty(unsigned extent, mlir::Type element);
  unsigned getGroup(unsigned loop) const;
  /// From `loops` to a tensor over those of `extent`.
  mlir::AffineMap getMap(unsigned extent, llvm::ArrayRef<unsigned> loops) const;
  llvm::SmallVector<unsigned> getLoops(unsigned extent) const;

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::RankedTensorType rows;
  mlir::Type type; // Everything is computed in.
  unsigned numLeading;
  int64_t numHeads = 1;
  llvm::SmallVector<mlir::OpFoldResult> sizes; // One per loop.
  llvm::SmallVector<Node> nodes;               // The operands come first.
};

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGFORMULA_H
