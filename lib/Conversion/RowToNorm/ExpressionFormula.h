//===- ExpressionFormula.h - Formulas of norms as expressions ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm's own formula in the normal form, to compare programs with.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSIONFORMULA_H
#define SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSIONFORMULA_H

#include "Expression.h"

#include "seednorm/Dialect/Norm/IR/Formula.h"

#include "mlir/IR/Operation.h"

namespace seednorm {

/// `function` of expressions.
Expression applyFunction(ExpressionTable &table, norm::Function function,
                         llvm::ArrayRef<Expression> operands);

/// What tells functions apart that no rule is known for: the op's name, its
/// attributes and the type of its elements.
mlir::Attribute getFunctionLabel(mlir::OperationName name,
                                 mlir::DictionaryAttr attributes,
                                 mlir::Type element);

class ExpressionFormula : public norm::FormulaBuilder {
public:
  /// The largest numbers of rows are of what is not NaN if `ignoresNaN`.
  ExpressionFormula(ExpressionTable &table, llvm::ArrayRef<Expression> operands,
                    bool ignoresNaN)
      : table(table), values(operands.begin(), operands.end()),
        ignoresNaN(ignoresNaN) {}

  const Expression &getExpression(norm::Term term) const {
    return values[term.number];
  }

  int64_t getNumColumns() const override { return table.getNumColumns(); }
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
  norm::Term add(Expression expression);

  ExpressionTable &table;
  std::vector<Expression> values;
  bool ignoresNaN;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSIONFORMULA_H
