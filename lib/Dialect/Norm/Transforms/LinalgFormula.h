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

#include "seednorm/Dialect/Norm/IR/FormulaRows.h"

#include <set>

namespace seednorm::norm {

/// The loops are the leading dimensions of the rows, then those of a row. Rows
/// of one dimension have two, (heads, D / heads), or, with one head, only the
/// second. A term has one number for each iteration of the loops it depends on.
class LinalgFormula : public FormulaBuilder {
public:
  LinalgFormula(mlir::OpBuilder &builder, FormulaOpInterface op);

  /// The results of the op, of the recorded `terms`.
  llvm::SmallVector<mlir::Value> build(llvm::ArrayRef<Term> terms);

  int64_t getNumColumns() const override { return rows.getNumColumns(); }
  Term operand(unsigned index) override { return {this, index}; }
  Term constant(double value) override;
  Term apply(Function function, llvm::ArrayRef<Term> terms) override;
  Term keepFirst(Term term, int64_t count) override;
  Term reduce(Reduction reduction, Term term, int64_t numHeads) override;
  Term drawMask(unsigned seed, unsigned offset, double probability) override;
  Term round(Term term, mlir::FloatType type) override;

private:
  /// A set of loops, one bit for each.
  using Loops = unsigned;

  enum class Kind { Operand, Constant, Apply, KeepFirst, Mask, Round, Reduce };

  /// A recorded term.
  struct Node {
    Kind kind;
    Loops extent = 0; ///< What the term depends on.
    llvm::SmallVector<unsigned> terms = {};
    Function function = {};
    Reduction reduction = {};
    double value = 0;         // Of a constant; of 0 in a mask, the probability.
    int64_t count = 0;        // Of columns kept.
    mlir::Type rounded = {};  // To which a term is rounded.
    mlir::Value tensor = {};  // Of an operand, or once built.
    bool reduces = false;     // Follows from a reduction.
    bool readsScalar = false; // An operand of one element.
  };

  class Payload;

  // LinalgFormula.cpp: recording, and the loops of a term.
  Term add(Node node);
  void addOperand(const FormulaOperand &operand);
  Loops getAll() const { return (1u << sizes.size()) - 1; }
  Loops getLeading() const { return (1u << rows.getNumLeading()) - 1; }
  Loops getHead() const { return 1u << rows.getNumLeading(); }
  bool exists(unsigned loop) const { return !sizes[loop].isNull(); }
  llvm::SmallVector<unsigned> getLoops(Loops extent) const;
  /// From `loops` to a tensor over those that the node depends on.
  mlir::AffineMap getMap(const Node &node,
                         llvm::ArrayRef<unsigned> loops) const;
  void splitHeads();
  mlir::Value buildPadded(mlir::Value tensor);
  mlir::Value buildUnpadded(mlir::Value tensor);
  mlir::Value buildSplit(mlir::Value tensor, Loops extent);
  mlir::Value buildResult(unsigned index, unsigned term);

  // LinalgFormulaOps.cpp: the ops.
  /// Whether a term is a tensor of its own where loops over `extent` use it.
  bool isTensorWithin(const Node &node, Loops extent) const;
  /// The tensors that element-wise code for `term` reads.
  void collectTensors(unsigned term, Loops extent,
                      std::set<unsigned> &tensors) const;
  mlir::Value buildEmpty(Loops extent, mlir::Type element);
  mlir::Value buildTensor(unsigned term);
  std::set<unsigned> buildTensors(unsigned term, Loops extent);
  mlir::Value buildReduction(unsigned term);
  mlir::Value buildMap(unsigned term, Loops extent, mlir::Type element);
  /// One op over the loops of `extent` that gives a tensor over those of
  /// `init`'s; `combine` makes of the value of `term` and the init's element
  /// what is yielded.
  mlir::Value buildGeneric(
      unsigned term, Loops extent, mlir::Value init, Loops initExtent,
      llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value value,
                                     mlir::Value before)>
          combine);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  FormulaOpInterface op;
  FormulaRows rows;
  mlir::Type type; // Everything is computed in.
  int64_t numHeads = 1;
  /// One per loop; null for the loop over a single head.
  llvm::SmallVector<mlir::OpFoldResult> sizes;
  llvm::SmallVector<Node> nodes; // The operands come first.
};

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGFORMULA_H
