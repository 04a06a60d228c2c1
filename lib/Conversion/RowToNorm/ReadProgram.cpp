//===- ReadProgram.cpp - Row programs as expressions ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Op by op. What no rule is known for is a function of its operands.
//
//===----------------------------------------------------------------------===//

#include "ReadProgram.h"

#include "ExpressionFormula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace seednorm;
using norm::Function;
using row::BodyOpKind;

namespace {

class ProgramReader {
public:
  ProgramReader(row::ProgramOp program, int64_t parts, ExpressionTable &table)
      : program(program), parts(parts), table(table) {}

  std::optional<ProgramExpressions> read();

private:
  /// The numbers that a value has in each part of the row; 0 if the parts are
  /// not alike.
  int64_t getElements(Type type) const;
  bool isWider(Type element) const;

  bool readInputs(ProgramExpressions &expressions);
  std::optional<Expression> readOp(Operation *op);
  Expression readConstant(arith::ConstantOp op);
  std::optional<Expression> readReduction(Operation *op);
  std::optional<Expression> readElementWise(Operation *op);
  Expression readUnknown(Operation *op);

  row::ProgramOp program;
  int64_t parts;
  ExpressionTable &table;
  llvm::DenseMap<Value, Expression> values;
};

int64_t ProgramReader::getElements(Type type) const {
  int64_t elements = row::getNumElements(type);
  if (elements == 1)
    return 1;
  return elements % parts == 0 ? elements / parts : 0;
}

/// Whether more digits are computed than any norm would.
bool ProgramReader::isWider(Type element) const {
  auto type = dyn_cast<FloatType>(element);
  return type && type.getWidth() > table.getComputeType().getWidth();
}

bool ProgramReader::readInputs(ProgramExpressions &expressions) {
  for (BlockArgument argument : program.getBodyBlock().getArguments()) {
    unsigned index = argument.getArgNumber();
    Type type = argument.getType(),
         operand = program.getInputs()[index].getType();
    int64_t elements = getElements(type);
    int64_t stored = row::getNumStoredElements(operand, type);
    bool isShared =
        program.getInputAccess(index).getKind() == row::AccessKind::Shared;
    // Columns beyond those in memory are no input of a norm; what parts take
    // turns in, or have one of together, is not the same for each of them.
    bool isRepeated = isShared && elements != 0 && stored == elements;
    if (stored != row::getNumElements(type) && !isRepeated)
      return false;
    if (elements == 0 || (elements == 1 && parts > 1 && !isShared))
      return false;
    values[argument] = table.input(index, getElementTypeOrSelf(type), elements);
    expressions.inputs.push_back(values[argument]);
  }
  return true;
}

std::optional<ProgramExpressions> ProgramReader::read() {
  ProgramExpressions expressions;
  if (!readInputs(expressions))
    return std::nullopt;
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    std::optional<Expression> value = readOp(&op);
    if (!value || table.isExhausted())
      return std::nullopt;
    values[op.getResult(0)] = std::move(*value);
  }
  for (Value value : program.getBodyBlock().getTerminator()->getOperands())
    expressions.results.push_back(values[value]);
  return expressions;
}

std::optional<Expression> ProgramReader::readOp(Operation *op) {
  if (getElements(op->getResult(0).getType()) == 0)
    return std::nullopt;
  switch (*row::getBodyOpKind(op)) {
  case BodyOpKind::Constant:
    return readConstant(cast<arith::ConstantOp>(op));
  case BodyOpKind::Relabel:
  case BodyOpKind::Spread:
    return values[op->getOperand(0)];
  case BodyOpKind::Reduce:
    return readReduction(op);
  case BodyOpKind::Step:
  case BodyOpKind::Random:
    // Parts count on from one to the next.
    if (parts > 1)
      return std::nullopt;
    return readUnknown(op);
  case BodyOpKind::ElementWise:
    return readElementWise(op);
  }
  llvm_unreachable("every kind is handled");
}

Expression ProgramReader::readConstant(arith::ConstantOp op) {
  Attribute value = op.getValue();
  if (auto elements = dyn_cast<SplatElementsAttr>(value))
    value = elements.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(value))
    return table.constant(number.getValueAsDouble());
  return table.function(value, {});
}

/// The numbers that a maximum of what is not NaN starts from.
static bool isNaN(Value value) {
  llvm::APFloat number(0.0);
  return matchPattern(value, m_ConstantFloat(&number)) && number.isNaN();
}

/// Sums of fewer digits are roundings in an order that is the schedule's.
std::optional<Expression> ProgramReader::readReduction(Operation *op) {
  auto reduction = dyn_cast<vector::MultiDimReductionOp>(op);
  vector::CombiningKind kind =
      reduction ? reduction.getKind() : cast<vector::ReductionOp>(op).getKind();
  Value start =
      reduction ? reduction.getAcc() : cast<vector::ReductionOp>(op).getAcc();
  int64_t from = getElements(op->getOperand(0).getType());
  int64_t to = getElements(op->getResult(0).getType());
  // A number for all parts together is none of each.
  bool isOfAllParts =
      parts > 1 && row::getNumElements(op->getResult(0).getType()) == 1;
  if (isOfAllParts || from == 0)
    return std::nullopt;
  if (getElementTypeOrSelf(op->getOperand(0).getType()) !=
      table.getComputeType())
    return readUnknown(op);
  const Expression &source = values[op->getOperand(0)];
  if (kind == vector::CombiningKind::ADD) {
    // Sums are over columns, of which an element has several.
    double share = static_cast<double>(from) / table.getNumColumns();
    Expression sum = table.scale(table.reduceSum(source, to), share);
    return start ? table.add(values[start], sum) : sum;
  }
  bool ignoresNaN = kind == vector::CombiningKind::MAXNUMF;
  if (!ignoresNaN && kind != vector::CombiningKind::MAXIMUMF)
    return readUnknown(op);
  Expression largest = table.reduceMaximum(source, to, ignoresNaN);
  if (!start || table.equal(values[start], table.constant(-INFINITY)) ||
      (ignoresNaN && isNaN(start)))
    return largest;
  return ignoresNaN
             ? readUnknown(op)
             : table.extremum(/*isMaximum=*/true, largest, values[start]);
}

std::optional<Function> getFunction(Operation *op) {
  using Result = std::optional<Function>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddFOp>([](auto) { return Function::Add; })
      .Case<arith::SubFOp>([](auto) { return Function::Sub; })
      .Case<arith::MulFOp>([](auto) { return Function::Mul; })
      .Case<arith::DivFOp>([](auto) { return Function::Div; })
      .Case<arith::MaximumFOp>([](auto) { return Function::Maximum; })
      .Case<arith::MinimumFOp>([](auto) { return Function::Minimum; })
      .Case<arith::NegFOp>([](auto) { return Function::Neg; })
      .Case<math::AbsFOp>([](auto) { return Function::Abs; })
      .Case<math::ExpOp>([](auto) { return Function::Exp; })
      .Case<math::LogOp>([](auto) { return Function::Log; })
      .Case<math::RsqrtOp>([](auto) { return Function::Rsqrt; })
      .Case<math::SqrtOp>([](auto) { return Function::Sqrt; })
      .Case<math::TanhOp>([](auto) { return Function::Tanh; })
      .Case<math::RoundEvenOp>([](auto) { return Function::RoundEven; })
      .Default(Result());
}

std::optional<Expression> ProgramReader::readElementWise(Operation *op) {
  std::vector<Expression> operands;
  for (Value operand : op->getOperands())
    operands.push_back(values[operand]);
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  if (isWider(element))
    return readUnknown(op);
  if (isa<arith::ExtFOp>(op))
    return operands.front();
  if (isa<arith::TruncFOp>(op)) {
    bool isKnown =
        !isWider(getElementTypeOrSelf(op->getOperand(0).getType())) ||
        operands.front().getConstant();
    return isKnown ? table.round(operands.front(), cast<FloatType>(element))
                   : readUnknown(op);
  }
  if (isa<arith::SelectOp>(op))
    return table.function("select", std::move(operands));
  Expression result;
  if (isa<math::FmaOp>(op))
    result = table.add(table.multiply(operands[0], operands[1]), operands[2]);
  else if (std::optional<Function> function = getFunction(op))
    result = applyFunction(table, *function, operands);
  else
    return readUnknown(op);
  if (element == table.getComputeType() ||
      isa<arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp, math::AbsFOp,
          math::RoundEvenOp>(op))
    return result;
  return table.round(result, cast<FloatType>(element));
}

Expression ProgramReader::readUnknown(Operation *op) {
  std::vector<Expression> operands;
  for (Value operand : op->getOperands())
    operands.push_back(values[operand]);
  Type type = op->getResult(0).getType();
  return table.function(getFunctionLabel(op->getName(), op->getAttrDictionary(),
                                         getElementTypeOrSelf(type)),
                        std::move(operands), getElements(type));
}

} // namespace

std::optional<ProgramExpressions>
seednorm::readProgram(row::ProgramOp program, int64_t parts,
                      ExpressionTable &table) {
  return ProgramReader(program, parts, table).read();
}
