//===- RowToNorm.cpp - Row programs as named norms ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that computes what a norm does becomes that norm, whatever ops it
// was written in.
//
//===----------------------------------------------------------------------===//

#include "Naming.h"

#include "seednorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTROWTONORMPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

namespace {

/// No formula is as long as a fourth of this; what is longer is not looked at.
constexpr size_t kMaxOps = 256;

using Proposal = Operation *(*)(Naming &);

/// The first that fits is taken: what has fewer parameters comes first.
constexpr Proposal kProposals[] = {
    nameRMSNorm,  nameLayerNorm,   nameCRMSNorm, nameSoftmax, nameLength,
    nameSeeDNorm, nameAdaSeeDNorm, nameBounded,  nameModulate};

/// No norm says anything about encodings.
bool hasEncoding(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getEncoding() != nullptr;
}

/// Why a program is no norm at first sight; empty if it may be one.
StringRef getObstacle(row::ProgramOp program) {
  if (program.hasBufferSemantics())
    return "it writes to buffers";
  if (program->getNumResults() != 1)
    return "it has several results";
  if (program.getSchedule())
    return "its schedule is chosen";
  if (program.getBodyBlock().getOperations().size() > kMaxOps)
    return "it has more ops than a norm";
  Type output = program.getOutputs().front().getType();
  if (!isa<FloatType>(getElementTypeOrSelf(output)))
    return "its result has no floating-point numbers";
  if (hasEncoding(program.getResult(0)))
    return "its result has an encoding";
  Type slice = program.getOutputSliceType(0);
  int64_t columns = program.getNumColumns();
  if (program.getOutputAccess(0).getKind() != row::AccessKind::Row ||
      row::getNumElements(slice) != columns ||
      row::getNumStoredElements(output, slice) != columns)
    return "it gives no number for each column of a row";
  return "";
}

class RowToNorm {
public:
  explicit RowToNorm(row::ProgramOp program)
      : program(program), builder(program) {}

  /// The norm that the program is, with the type of its result; or null.
  Value name() {
    for (unsigned index = 0; index < program.getInputs().size(); ++index) {
      auto slice = dyn_cast<VectorType>(
          program.getBodyBlock().getArgument(index).getType());
      if (!slice || slice.getNumElements() != program.getNumColumns() ||
          program.getInputAccess(index).getKind() != row::AccessKind::Row ||
          !isa<FloatType>(slice.getElementType()) ||
          hasEncoding(program.getInputs()[index]))
        continue;
      // All dimensions of a slice may be the row of a norm, or the last ones.
      for (unsigned numOuter = 0; numOuter < slice.getRank(); ++numOuter)
        if (Value value = name(index, numOuter))
          return value;
    }
    return Value();
  }

private:
  Value name(unsigned index, unsigned numOuter) {
    auto slice =
        cast<VectorType>(program.getBodyBlock().getArgument(index).getType());
    int64_t parts = llvm::product_of(slice.getShape().take_front(numOuter));
    auto type = cast<FloatType>(norm::getComputeType(slice.getElementType()));
    ExpressionTable table(program.getNumColumns() / parts, type);
    Naming naming(builder, program, table, index, numOuter);
    if (!naming.read(parts))
      return Value();
    for (Proposal propose : kProposals)
      if (Operation *op = propose(naming))
        return restore(op->getResult(0), numOuter);
    return Value();
  }

  /// The rows of a norm with the dimensions that the program's result has.
  Value restore(Value value, unsigned numOuter) {
    auto type = cast<RankedTensorType>(program.getResult(0).getType());
    auto slice = dyn_cast<VectorType>(program.getOutputSliceType(0));
    unsigned numLeading = type.getRank() - (slice ? slice.getRank() : 0);
    auto getShape = [&] {
      return cast<RankedTensorType>(value.getType()).getShape();
    };
    auto getGroups = [&](unsigned rank) {
      SmallVector<ReassociationIndices> groups;
      for (unsigned dim = 0; dim < numLeading; ++dim)
        groups.push_back({dim});
      if (numLeading < rank)
        groups.emplace_back(
            llvm::to_vector(llvm::seq<int64_t>(numLeading, rank)));
      return groups;
    };
    bool isAlike = getShape().drop_front(numLeading) ==
                   type.getShape().drop_front(numLeading);
    if (!isAlike && numOuter > 0)
      value = tensor::CollapseShapeOp::create(builder, program.getLoc(), value,
                                              getGroups(getShape().size()));
    if (!isAlike && slice && slice.getRank() > 1) {
      SmallVector<int64_t> shape(getShape().take_front(numLeading));
      llvm::append_range(shape, slice.getShape());
      value = tensor::ExpandShapeOp::create(builder, program.getLoc(),
                                            type.clone(shape), value,
                                            getGroups(type.getRank()));
    }
    if (value.getType() != type)
      value = tensor::CastOp::create(builder, program.getLoc(), type, value);
    return value;
  }

  row::ProgramOp program;
  OpBuilder builder;
};

struct ConvertRowToNorm
    : seednorm::impl::ConvertRowToNormPassBase<ConvertRowToNorm> {
  using ConvertRowToNormPassBase::ConvertRowToNormPassBase;
  void runOnOperation() override {
    SmallVector<row::ProgramOp> programs;
    getOperation()->walk(
        [&](row::ProgramOp program) { programs.push_back(program); });
    for (row::ProgramOp program : programs) {
      StringRef obstacle = getObstacle(program);
      Value norm = obstacle.empty() ? RowToNorm(program).name() : Value();
      if (norm) {
        auto output =
            program.getOutputs().front().getDefiningOp<tensor::EmptyOp>();
        program.getResult(0).replaceAllUsesWith(norm);
        program.erase();
        if (output && output->use_empty())
          output.erase();
      } else if (report) {
        program.emitRemark()
            << "not named: "
            << (obstacle.empty() ? "it is no norm's formula" : obstacle);
      }
    }
  }
};

} // namespace
