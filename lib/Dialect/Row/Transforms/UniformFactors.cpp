//===- UniformFactors.cpp - Products of columns and numbers of a row ------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A chain of products is flattened into its factors and built anew if the new
// one costs less, what the program multiplies anyway counted for nothing.
//
//===----------------------------------------------------------------------===//

#include "UniformFactors.h"

#include "LinearTerms.h"

#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

/// A product has few factors; more are left as they are.
static constexpr size_t kMaxFactors = 8;

/// `value` in whatever shape: the op result that others would share.
static Value getUnshaped(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (getBodyOpKind(op) != BodyOpKind::Relabel)
      break;
    value = op->getOperand(0);
  }
  return value;
}

namespace {

/// The factors of one product of columns.
class Product {
public:
  Product(ProgramOp program, arith::MulFOp root)
      : program(program), root(root),
        numElements(getNumElements(root.getType())) {}

  /// Builds the product anew if that costs less.
  void simplify();

private:
  bool isUniform(Value value) const {
    return getNumElements(getSpreadSource(value).getType()) < numElements;
  }
  bool flatten(Value value, bool isRoot);
  Value buildUniform(OpBuilder &builder);

  ProgramOp program;
  arith::MulFOp root;
  int64_t numElements;
  SmallVector<Value> columns, uniform;
  unsigned numSaved = 0; ///< Ops that nothing else uses.
};

} // namespace

/// Takes `value` apart into factors; false if they are too many.
bool Product::flatten(Value value, bool isRoot) {
  if (columns.size() + uniform.size() > kMaxFactors)
    return false;
  if (isUniform(value)) {
    uniform.push_back(getSpreadSource(value));
    return true;
  }
  auto product = getUnshaped(value).getDefiningOp<arith::MulFOp>();
  if (!product) {
    columns.push_back(getUnshaped(value));
    return true;
  }
  numSaved += isRoot || product->hasOneUse();
  return flatten(product.getLhs(), /*isRoot=*/false) &&
         flatten(product.getRhs(), /*isRoot=*/false);
}

/// The product of two values that the body has, other than `except`.
static Value findProduct(Value lhs, Value rhs, Operation *except) {
  auto find = [&](auto &self, Value value) -> Value {
    for (Operation *user : value.getUsers()) {
      auto product = dyn_cast<arith::MulFOp>(user);
      if (product && product != except) {
        Value a = getUnshaped(product.getLhs());
        Value b = getUnshaped(product.getRhs());
        if ((a == lhs && b == rhs) || (a == rhs && b == lhs))
          return product;
      } else if (!product && getBodyOpKind(user) == BodyOpKind::Relabel) {
        if (Value found = self(self, user->getResult(0)))
          return found;
      }
    }
    return Value();
  };
  return find(find, lhs);
}

/// The product of the uniform factors, for as few columns as they differ in.
Value Product::buildUniform(OpBuilder &builder) {
  Value widest = *llvm::max_element(uniform, [](Value lhs, Value rhs) {
    return getNumElements(lhs.getType()) < getNumElements(rhs.getType());
  });
  Location loc = root.getLoc();
  Value result;
  for (Value factor : uniform) {
    factor = buildSpread(builder, loc, factor, widest.getType());
    result = result ? arith::MulFOp::create(builder, loc, result, factor,
                                            root.getFastmath())
                          .getResult()
                    : factor;
  }
  return result;
}

void Product::simplify() {
  if (!flatten(root.getResult(), /*isRoot=*/true) || uniform.empty() ||
      columns.empty())
    return;
  sortFactors(program, columns);
  // Of the products of the first columns the program may have some.
  Value known = columns.front();
  size_t numKnown = 1;
  while (numKnown < columns.size()) {
    Value next = findProduct(known, columns[numKnown], root);
    if (!next)
      break;
    known = next;
    ++numKnown;
  }
  size_t numNew = columns.size() - numKnown + 1;
  // Of as many, those that end with a number of the row are sums' to add.
  bool isLast = numNew == 1 && uniform.size() > 1;
  if (numNew > numSaved || (numNew == numSaved && !isLast))
    return;
  OpBuilder builder(root);
  Location loc = root.getLoc();
  Type type =
      VectorType::get({numElements}, getElementTypeOrSelf(root.getType()));
  // Flat and in order, as sums have them: CSE finds what is the same.
  Value result;
  for (Value column : columns) {
    column = buildSpread(builder, loc, column, type);
    result =
        result ? arith::MulFOp::create(builder, loc, result, column).getResult()
               : column;
  }
  result = arith::MulFOp::create(
      builder, loc, result,
      buildSpread(builder, loc, buildUniform(builder), type),
      root.getFastmath());
  root.replaceAllUsesWith(buildSpread(builder, loc, result, root.getType()));
  root.erase();
}

void seednorm::row::collectUniformFactors(ProgramOp program) {
  for (Operation &op : llvm::make_early_inc_range(program.getBodyBlock())) {
    auto product = dyn_cast<arith::MulFOp>(op);
    Type element = product ? getElementTypeOrSelf(product.getType()) : Type();
    // Of narrower floats each product is rounded as the graph has it.
    if (product && isa<VectorType>(product.getType()) &&
        (element.isF32() || element.isF64()) &&
        bitEnumContainsAll(product.getFastmath(),
                           arith::FastMathFlags::reassoc))
      Product(program, product).simplify();
  }
}
