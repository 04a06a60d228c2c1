//===- Naming.cpp - Which norm a program is -------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What proposals are made from, and the comparison that accepts one.
//
//===----------------------------------------------------------------------===//

#include "Naming.h"

#include "ExpressionFormula.h"
#include "ReadProgram.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace seednorm;
using row::AccessKind;

/// Where a program has many sums and parameters, so many of their combinations
/// are tried; a norm is among the first tens.
static constexpr unsigned kMaxProposals = 1000;

static RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

Naming::Naming(OpBuilder &builder, row::ProgramOp program,
               ExpressionTable &table, unsigned index, unsigned numOuter)
    : builder(builder), program(program), table(table), index(index),
      numOuter(numOuter) {}

Naming::~Naming() {
  for (Operation *op : llvm::reverse(built))
    if (op->use_empty())
      op->erase();
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value Naming::keep(Value value, Expression expression) {
  expressions[value] = std::move(expression);
  return value;
}

/// A view of all elements of `value`; its shape is `shape`, or differs from it
/// in how the last dimension, or all, are split.
Value Naming::reshape(Value value, ArrayRef<int64_t> shape) {
  RankedTensorType from = getTensorType(value);
  if (from.getShape() == shape)
    return value;
  auto to = RankedTensorType::get(shape, from.getElementType());
  SmallVector<ReassociationIndices> groups;
  bool isCollapse = from.getRank() > to.getRank();
  int64_t most = std::max(from.getRank(), to.getRank());
  int64_t least = std::min(from.getRank(), to.getRank());
  for (int64_t dim = 0; dim < least; ++dim)
    groups.push_back({dim});
  for (int64_t dim = least; dim < most && least > 0; ++dim)
    groups.back().push_back(dim);
  Value view;
  if (isCollapse)
    view =
        tensor::CollapseShapeOp::create(builder, getLoc(), to, value, groups);
  else
    view = tensor::ExpandShapeOp::create(builder, getLoc(), to, value, groups);
  built.push_back(view.getDefiningOp());
  return view;
}

/// Whether an input has a number for each column, and operands of kind
/// `Columns` are read the same way.
bool Naming::isColumns(unsigned number) {
  RankedTensorType operand = getTensorType(program.getInputs()[number]);
  Type slice = program.getBodyBlock().getArgument(number).getType();
  row::AccessAttr access = program.getInputAccess(number);
  int64_t size = table.getNumColumns();
  bool isSingle = access.getKind() == AccessKind::Row &&
                  operand.getRank() == cast<VectorType>(slice).getRank();
  if (isSingle || access.getKind() == AccessKind::Shared) {
    if (operand.getNumElements() == size)
      return true;
    // One for each part: a row for each index of the dimension before.
    return type.getRank() > 1 && numOuter == 1 && operand.getRank() == 2 &&
           operand.getShape() == type.getShape().take_back(2);
  }
  return access.getKind() == AccessKind::Cycle && parts == 1 &&
         type.getRank() > 1 && operand.getRank() == 2 &&
         operand.getShape() == type.getShape().take_back(2) &&
         access.getPeriod() == operand.getDimSize(0);
}

/// Whether an input is read as operands of kind `Samples` are.
bool Naming::isSamples(unsigned number) {
  RankedTensorType operand = getTensorType(program.getInputs()[number]);
  row::AccessAttr access = program.getInputAccess(number);
  if (parts != 1 || operand.getRank() == 0 ||
      operand.getRank() > type.getRank() ||
      operand.getDimSize(operand.getRank() - 1) != table.getNumColumns())
    return false;
  int64_t rest = 1;
  for (int64_t size : type.getShape().slice(
           operand.getRank() - 1, type.getRank() - operand.getRank())) {
    if (ShapedType::isDynamic(size))
      return operand.getRank() == 1 && access.getKind() == AccessKind::Shared;
    rest *= size;
  }
  switch (access.getKind()) {
  case AccessKind::Shared:
    return operand.getRank() == 1;
  case AccessKind::Row:
    return operand.getRank() == type.getRank();
  case AccessKind::Group:
    return access.getPeriod() == rest;
  default:
    return false;
  }
}

void Naming::addParameter(unsigned number, const Expression &expression) {
  Value value = program.getInputs()[number];
  RankedTensorType operand = getTensorType(value);
  unsigned atom = *expression.getAtom();
  int64_t elements = table.getAtom(atom).elements;
  // An operand that is two inputs would be either of them.
  if (!isa<FloatType>(operand.getElementType()) || operand.getEncoding() ||
      !values.insert(value).second)
    return;
  if (operand.hasStaticShape() && operand.getNumElements() == 1 &&
      elements == 1)
    scalars.push_back({atom, keep(reshape(value, {1}), expression)});
  Type slice = program.getBodyBlock().getArgument(number).getType();
  if (elements != table.getNumColumns() || !isa<VectorType>(slice))
    return;
  if (isSamples(number))
    samples.push_back({atom, keep(value, expression)});
  if (!isColumns(number))
    return;
  if (operand.getNumElements() == table.getNumColumns())
    value = reshape(value, {table.getNumColumns()});
  columns.push_back({atom, keep(value, expression)});
}

bool Naming::read(int64_t numParts) {
  parts = numParts;
  std::optional<ProgramExpressions> read = readProgram(program, parts, table);
  if (!read)
    return false;
  row = read->inputs[index];
  yielded = read->results.front();
  if (table.getElements(row) != table.getNumColumns())
    return false;

  Value whole = program.getInputs()[index];
  ArrayRef<int64_t> shape = getTensorType(whole).getShape();
  int64_t rank =
      cast<VectorType>(program.getBodyBlock().getArgument(index).getType())
          .getRank();
  SmallVector<int64_t> rows(shape.drop_back(rank - numOuter));
  rows.push_back(table.getNumColumns());
  values.insert(whole);
  input = keep(reshape(whole, rows), row);
  Type element = getElementTypeOrSelf(program.getOutputs().front().getType());
  type = RankedTensorType::get(rows, element);

  result = yielded;
  if (element != table.getComputeType()) {
    std::optional<unsigned> atom = yielded.getAtom();
    if (!atom || table.getAtom(*atom).kind != AtomKind::Round)
      return false;
    result = table.getAtom(*atom).operands.front();
  }
  collectAtoms(result);
  for (auto [number, expression] : llvm::enumerate(read->inputs))
    if (number != index)
      addParameter(number, expression);
  return true;
}

void Naming::collectAtoms(const Expression &expression) {
  llvm::SmallDenseSet<unsigned> seen;
  SmallVector<const Expression *> worklist = {&expression};
  while (!worklist.empty())
    for (const Monomial &monomial : worklist.pop_back_val()->monomials)
      for (const Factor &factor : monomial.factors)
        if (seen.insert(factor.atom).second) {
          atoms.push_back(factor.atom);
          for (const Expression &operand : table.getAtom(factor.atom).operands)
            worklist.push_back(&operand);
        }
}

Affine Naming::divide(const Factors &factors) {
  Affine affine;
  for (Monomial monomial : result.monomials) {
    Factors left;
    size_t numFound = 0;
    for (const Factor &factor : monomial.factors) {
      bool isFound = llvm::any_of(factors, [&](const Factor &other) {
        return factor.atom == other.atom && factor.exponent == other.exponent;
      });
      numFound += isFound;
      if (!isFound)
        left.push_back(factor);
    }
    bool isMultiple = numFound == factors.size();
    if (isMultiple)
      monomial.factors = left;
    (isMultiple ? affine.scale : affine.rest).monomials.push_back(monomial);
  }
  affine.scale = table.flatten(affine.scale);
  affine.rest = table.flatten(affine.rest);
  return affine;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value Naming::buildSplat(double value) {
  // Parameters of one norm often need one type.
  auto slice = columns.empty() ? RankedTensorType::get({table.getNumColumns()},
                                                       table.getComputeType())
                               : getTensorType(columns.front().value);
  auto round = [&](Type element) {
    return FloatAttr::get(element, value).getValueAsDouble();
  };
  if (!table.equal(round(slice.getElementType()), value))
    slice = slice.clone(table.getComputeType());
  Attribute element = FloatAttr::get(slice.getElementType(), value);
  Value splat = arith::ConstantOp::create(
      builder, getLoc(),
      DenseElementsAttr::get(cast<ShapedType>(slice), element));
  built.push_back(splat.getDefiningOp());
  return keep(splat, table.constant(round(slice.getElementType())));
}

Value Naming::buildScalar(double value) {
  auto vector = RankedTensorType::get({1}, table.getComputeType());
  auto element = FloatAttr::get(vector.getElementType(), value);
  Value scalar = arith::ConstantOp::create(
      builder, getLoc(),
      DenseElementsAttr::get(cast<ShapedType>(vector), Attribute(element)));
  built.push_back(scalar.getDefiningOp());
  return keep(scalar, table.constant(element.getValueAsDouble()));
}

void Naming::unify(MutableArrayRef<Value> values) {
  if (llvm::all_equal(
          llvm::map_range(values, [](Value value) { return value.getType(); })))
    return;
  for (Value &value : values) {
    RankedTensorType from = getTensorType(value);
    if (from.getElementType() == table.getComputeType())
      continue;
    Expression expression = expressions.lookup(value);
    value = arith::ExtFOp::create(builder, getLoc(),
                                  from.clone(table.getComputeType()), value);
    built.push_back(value.getDefiningOp());
    keep(value, expression);
  }
}

/// What a program holds was rounded to its type, and may have been computed
/// from: 1.0e-6 f32 is 9.99999997e-7.
llvm::APFloat Naming::snap(double value) {
  if (!std::isfinite(value))
    return llvm::APFloat(value);
  bool isSingle = table.getComputeType().isF32();
  for (int digits = 1; digits < 17; ++digits) {
    SmallString<32> text;
    llvm::raw_svector_ostream(text) << llvm::format("%.*e", digits - 1, value);
    llvm::APFloat decimal(llvm::APFloat::IEEEdouble(), text);
    double number = decimal.convertToDouble();
    bool isMeant = digits < 5 ? table.equal(number, value)
                   : isSingle
                       ? static_cast<float>(number) == static_cast<float>(value)
                       : number == value;
    if (isMeant)
      return decimal;
  }
  return llvm::APFloat(value);
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// Whether the op exists as proposed; nobody need hear of it if not.
static bool isValid(Operation *op) {
  // Other threads may have something to say at the same time.
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler silence(op->getContext(), [thread](Diagnostic &) {
    return success(llvm::get_threadid() == thread);
  });
  return succeeded(verify(op));
}

Operation *Naming::accept(Operation *op, bool ignoresNaN) {
  auto isEqual = [&] {
    std::vector<Expression> operands;
    for (Value operand : op->getOperands())
      operands.push_back(expressions.lookup(operand));
    ExpressionFormula formula(table, operands, ignoresNaN);
    SmallVector<norm::Term> terms =
        cast<norm::FormulaOpInterface>(op).buildFormula(formula);
    if (terms.size() != 1)
      return false;
    Expression expected = formula.getExpression(terms.front());
    if (type.getElementType() != table.getComputeType())
      expected = table.round(expected, cast<FloatType>(type.getElementType()));
    return !table.isExhausted() && table.equal(expected, yielded);
  };
  bool isProposed = numProposals++ < kMaxProposals;
  if (isProposed && isValid(op) && isEqual())
    return op;
  op->erase();
  return nullptr;
}
