//===- Row.h - The row dialect ----------------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations and attributes of the row dialect, and the closed list of ops
// that the body of a `row.program` may hold.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_ROW_H
#define SEEDNORM_DIALECT_ROW_IR_ROW_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "seednorm/Dialect/Row/IR/ArgumentAttributes.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

#include "seednorm/Dialect/Row/IR/RowDialect.h.inc"
#include "seednorm/Dialect/Row/IR/RowEnums.h.inc"

// Needs the enums, and the attributes need it.
#include "seednorm/Dialect/Row/IR/GPUScheduleChoices.h"

#define GET_ATTRDEF_CLASSES
#include "seednorm/Dialect/Row/IR/RowAttributes.h.inc"

namespace seednorm::row {
class YieldOp;
} // namespace seednorm::row

#define GET_OP_CLASSES
#include "seednorm/Dialect/Row/IR/RowOps.h.inc"

namespace seednorm::row {

/// What an op of a program's body does to columns. Slicing, scheduling and
/// both back ends dispatch on this, never on single ops.
enum class BodyOpKind {
  ElementWise, ///< Same maths at every column; scalars and vectors alike.
  Constant,    ///< `arith.constant`.
  Relabel,     ///< Other shape, same elements in the same order.
  Spread,      ///< One element repeated over a run of columns.
  Reduce,      ///< A run of columns combined into one element.
  Step,        ///< The number of each column.
  Random,      ///< A random word for each column: `row.philox`.
};

/// The kind of `op`, or nothing if the closed list does not hold it.
std::optional<BodyOpKind> getBodyOpKind(mlir::Operation *op);

/// Checks that `op` acts along columns as its kind says; emits an error if not.
mlir::LogicalResult verifyBodyOp(mlir::Operation *op);

/// Whether both back ends know values of this element type.
bool isSupportedElement(mlir::Type element);

/// Number of elements of a slice or body value: 1 for scalars.
int64_t getNumElements(mlir::Type type);

/// Number of dimensions of a slice: 0 for scalars.
int64_t getSliceRank(mlir::Type slice);

/// Number of elements that a slice of `operand` has in memory: fewer than the
/// slice if `operand` is shared and lacks leading dimensions of it, along which
/// it repeats; if it is taken by row and its rows are lengthened; or if it is
/// an output that is summed along dimensions of its slice.
int64_t getNumStoredElements(mlir::Type operand, mlir::Type slice);

/// The slice of a summed output as `before` times `kept` times `behind`
/// elements, in this order, of which `kept` are stored.
struct SummedSlice {
  int64_t before = 1, kept = 1, behind = 1;
  int64_t getNumElements() const { return before * kept * behind; }
};
SummedSlice getSummedSlice(mlir::Type operand, mlir::Type slice);

/// Prints an access as the syntax of programs has it: "by row", "by group 4",
/// "summed by group 4".
void printAccess(llvm::raw_ostream &stream, AccessAttr access);

/// Attribute of a program that was fused: of how many programs, and the bytes
/// that one of its rows was in all of them.
inline constexpr llvm::StringLiteral kFusedAttrName = "row.fused";

/// Attribute of an op that could have been a program: why it is none.
inline constexpr llvm::StringLiteral kOutsideAttrName = "row.outside";

/// Registers the bufferization of `row.program`.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_IR_ROW_H
