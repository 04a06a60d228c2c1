//===- Constraints.h - What the verifiers of norms check --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The constraints that several norms share, one method each. A verifier is a
// chain of them; the first one that is broken speaks, and the rest keep silent.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_IR_CONSTRAINTS_H
#define SEEDNORM_LIB_DIALECT_NORM_IR_CONSTRAINTS_H

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/IR/BuiltinAttributes.h"

namespace seednorm::norm {

/// Checks one op, whose operand 0 is `input`.
class Constraints {
public:
  explicit Constraints(FormulaOpInterface op);

  /// The input has rows of a known number of columns.
  Constraints &rows();
  /// Result `index`, if there is one, is like the input, in its type or f32.
  Constraints &likeInput(llvm::StringRef name, unsigned index = 0);
  /// A parameter with one number for each column; and, with two dimensions,
  /// for each index of the dimension before the columns. It may be absent.
  Constraints &columns(llvm::StringRef name, mlir::Value parameter);
  /// A parameter of `size` numbers, which `each` explains. It may be absent.
  Constraints &numbers(llvm::StringRef name, mlir::Value parameter,
                       int64_t size, llvm::StringRef each);
  /// A parameter of one number.
  Constraints &scalar(llvm::StringRef name, mlir::Value parameter);
  /// A parameter with a slice for each index of the first dimensions of the
  /// input. It may be absent.
  Constraints &samples(llvm::StringRef name, mlir::Value parameter);
  /// An operand of the input's shape, in its type or f32. It may be absent.
  Constraints &operandLikeInput(llvm::StringRef name, mlir::Value operand);
  /// What a random draw follows from. It may be absent.
  Constraints &seed(llvm::StringRef name, mlir::Value operand);
  Constraints &positive(llvm::StringRef name, mlir::FloatAttr attr);
  Constraints &finite(llvm::StringRef name, mlir::FloatAttr attr);
  Constraints &atLeastOne(llvm::StringRef name, mlir::IntegerAttr attr);
  /// There are `count` equal parts, at least 1, of a row.
  Constraints &dividesColumns(llvm::StringRef name, mlir::IntegerAttr count);
  /// What no other norm asks for: emits an error of `check`'s making.
  Constraints &also(llvm::function_ref<mlir::LogicalResult()> check);

  operator mlir::LogicalResult() const { return mlir::success(holds); }

private:
  Constraints &fail() {
    holds = false;
    return *this;
  }
  bool hasEncoding(llvm::StringRef name, mlir::RankedTensorType type);
  bool isOtherNumber(llvm::StringRef name, mlir::RankedTensorType type,
                     int64_t size, llvm::StringRef each);
  bool isOtherElement(llvm::StringRef name, mlir::Type element);
  bool isOtherShape(llvm::StringRef name, mlir::RankedTensorType type);
  /// An attribute is what its rounding to the type computed in is.
  llvm::APFloat round(llvm::APFloat value) const;
  llvm::StringRef getComputeName() const;

  mlir::Operation *op;
  mlir::RankedTensorType input;
  bool holds = true;
};

/// A number as an error shows it.
std::string formatNumber(mlir::FloatAttr attr);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_IR_CONSTRAINTS_H
