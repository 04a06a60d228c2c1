//===- RowFormula.h - Formulas on the columns of a row ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds a formula as the body of a row program: terms are vectors with one
// number per column or per head, or scalars with one per row, and operands of
// an element-wise function are spread to the finer of the two.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H
#define SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H

#include "seednorm/Dialect/Norm/IR/Formula.h"

namespace seednorm {

class RowFormula : public norm::FormulaBuilder {
public:
  /// `arguments` are the slices of the operands; all is computed in `type`.
  RowFormula(mlir::OpBuilder &builder, mlir::Location loc, int64_t columns,
             mlir::FloatType type, mlir::ValueRange arguments);

  /// The value of a term, rounded and shaped as a slice of type `slice`.
  mlir::Value buildSlice(norm::Term term, mlir::Type slice);

  int64_t getNumColumns() const override { return columns; }
  norm::Term operand(unsigned index) override;
  norm::Term constant(double value) override;
  norm::Term apply(norm::Function function,
                   llvm::ArrayRef<norm::Term> terms) override;
  norm::Term keepFirst(norm::Term term, int64_t count) override;
  norm::Term reduce(norm::Reduction reduction, norm::Term term,
                    int64_t numHeads) override;
  norm::Term drawMask(unsigned seed, unsigned offset,
                      double probability) override;
  norm::Term round(norm::Term term, mlir::FloatType type) override;

private:
  mlir::Value getValue(norm::Term term) const { return values[term.number]; }
  norm::Term add(mlir::Value value);
  mlir::Value flatten(mlir::Value value);
  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t columns;
  mlir::FloatType type;
  llvm::SmallVector<mlir::Value> values; // Of terms; the operands come first.
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H
