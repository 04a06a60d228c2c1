//===- Verifiers.cpp - The verifier of each norm --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order of the labels C1, C2, ... where one constraint does not need
// another.
//
//===----------------------------------------------------------------------===//

#include "Constraints.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::norm;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Root mean square
//===----------------------------------------------------------------------===//

LogicalResult SeeDNormOp::verify() {
  auto checkDropout = [&]() -> LogicalResult {
    double value = getDropout().convertToDouble();
    if (!(value >= 0.0 && value < 1.0))
      return emitOpError("expects 'dropout' to be at least 0 and less than 1, "
                         "but got ")
             << formatNumber(getDropoutAttr());
    bool draws = value != 0.0;
    if (draws == bool(getSeed()) && draws == bool(getOffset()))
      return success();
    return emitOpError("expects 'seed' and 'offset' where 'dropout' is not 0, "
                       "and only there");
  };
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .columns("alpha", getAlpha())
      .columns("beta", getBeta())
      .columns("gamma", getGamma())
      .positive("eps", getEpsAttr())
      .dividesColumns("num_heads", getNumHeadsAttr())
      .finite("seed_scale", getSeedScaleAttr())
      .finite("gamma_offset", getGammaOffsetAttr())
      .also(checkDropout)
      .seed("seed", getSeed())
      .seed("offset", getOffset());
}

LogicalResult RMSNormOp::verify() {
  auto checkPartial = [&]() -> LogicalResult {
    double value = getPartial().convertToDouble();
    if (value > 0.0 && value <= 1.0)
      return success();
    return emitOpError("expects 'partial' to be greater than 0 and at most 1, "
                       "but got ")
           << formatNumber(getPartialAttr());
  };
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .columns("gamma", getGamma())
      .columns("bias", getBias())
      .positive("eps", getEpsAttr())
      .finite("gamma_offset", getGammaOffsetAttr())
      .also(checkPartial)
      .atLeastOne("depth", getDepthAttr());
}

LogicalResult CRMSNormOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .columns("gamma", getGamma())
      .positive("eps", getEpsAttr())
      .finite("gamma_offset", getGammaOffsetAttr());
}

//===----------------------------------------------------------------------===//
// In the place of LayerNorm
//===----------------------------------------------------------------------===//

LogicalResult LayerNormOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .columns("gamma", getGamma())
      .columns("bias", getBias())
      .positive("eps", getEpsAttr())
      .finite("gamma_offset", getGammaOffsetAttr())
      .atLeastOne("depth", getDepthAttr());
}

LogicalResult DyTOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .scalar("alpha", getAlpha())
      .columns("gamma", getGamma())
      .columns("bias", getBias());
}

LogicalResult BHyTOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .scalar("slope", getSlope())
      .columns("gamma", getGamma())
      .positive("eps", getEpsAttr())
      .positive("kappa", getKappaAttr());
}

//===----------------------------------------------------------------------===//
// Conditioned
//===----------------------------------------------------------------------===//

LogicalResult AdaSeeDNormOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .columns("alpha", getAlpha())
      .columns("beta", getBeta())
      .samples("scale", getScale())
      .samples("shift", getShift())
      .positive("eps", getEpsAttr())
      .dividesColumns("num_heads", getNumHeadsAttr())
      .finite("seed_scale", getSeedScaleAttr());
}

LogicalResult ModulateOp::verify() {
  auto checkResidual = [&]() -> LogicalResult {
    if (bool(getResidual()) == bool(getSum()))
      return success();
    return emitOpError("expects a second result, the sum, where 'residual' is "
                       "given, and only there");
  };
  auto checkGate = [&]() -> LogicalResult {
    if (!getGate() || getResidual())
      return success();
    return emitOpError("expects 'gate' only beside 'residual', to whose "
                       "addition it belongs");
  };
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .samples("scale", getScale())
      .samples("shift", getShift())
      .also(checkResidual)
      .also(checkGate)
      .operandLikeInput("residual", getResidual())
      .samples("gate", getGate())
      .likeInput("sum", 1)
      .positive("eps", getEpsAttr());
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

LogicalResult ScaleNormOp::verify() {
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .scalar("scale", getScale())
      .positive("eps", getEpsAttr());
}

LogicalResult L2NormOp::verify() {
  return Constraints(*this).rows().likeInput("result").positive("eps",
                                                                getEpsAttr());
}

LogicalResult L1NormOp::verify() {
  return Constraints(*this).rows().likeInput("result").positive("eps",
                                                                getEpsAttr());
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

LogicalResult SoftmaxOp::verify() {
  return Constraints(*this).rows().likeInput("result");
}

LogicalResult LogSoftmaxOp::verify() {
  return Constraints(*this).rows().likeInput("result");
}

//===----------------------------------------------------------------------===//
// Groups and heads
//===----------------------------------------------------------------------===//

LogicalResult HeadScaleOp::verify() {
  int64_t heads = getShape(getScale()).empty() ? 1 : getShape(getScale())[0];
  auto checkHeads = [&]() -> LogicalResult {
    int64_t columns = getShape(getInput()).back();
    if (heads >= 1 && columns % heads == 0)
      return success();
    return emitOpError("expects 'scale' to have one element per head, whose "
                       "number divides the ")
           << columns << " columns of 'input', but got "
           << getScale().getType();
  };
  return Constraints(*this)
      .rows()
      .likeInput("result")
      .also(checkHeads)
      .numbers("scale", getScale(), heads, " elements");
}

/// The channels of the input; the rows are in what follows the first dimension.
static int64_t getChannels(Value input, ChannelLayout layout) {
  ArrayRef<int64_t> shape = getShape(input);
  return layout == ChannelLayout::First ? shape[1] : shape.back();
}

template <typename Op>
static LogicalResult verifyChannels(Op op, IntegerAttr numGroups) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  auto checkShape = [&]() -> LogicalResult {
    ArrayRef<int64_t> sample = shape.drop_front(!shape.empty());
    if (sample.empty() || ShapedType::isDynamicShape(sample) ||
        llvm::is_contained(sample, 0))
      return op.emitOpError("expects 'input' to have two dimensions at least, "
                            "all static and not 0 but the first, but got ")
             << op.getInput().getType();
    int64_t numElements = 1;
    if (llvm::any_of(sample, [&](int64_t size) {
          return llvm::MulOverflow(numElements, size, numElements);
        }))
      return op.emitOpError("expects 'input' to have fewer than 2^63 elements "
                            "a sample, but got ")
             << op.getInput().getType();
    return success();
  };
  Constraints constraints(op);
  constraints.rows().likeInput("result").also(checkShape);
  if (failed(LogicalResult(constraints)))
    return failure();
  int64_t channels = getChannels(op.getInput(), op.getLayout());
  StringRef each = " elements, one per channel of 'input'";
  return constraints.numbers("gamma", op.getGamma(), channels, each)
      .numbers("bias", op.getBias(), channels, each)
      .positive("eps", op.getEpsAttr())
      .also([&]() -> LogicalResult {
        if (!numGroups)
          return success();
        if (numGroups.getInt() >= 1 && channels % numGroups.getInt() == 0)
          return success();
        return op.emitOpError("expects 'num_groups' to be at least 1 and to "
                              "divide the ")
               << channels << " channels of 'input', but got "
               << numGroups.getInt();
      });
}

LogicalResult GroupNormOp::verify() {
  if (failed(verifyChannels(*this, getNumGroupsAttr())))
    return failure();
  if (getLayout() == ChannelLayout::Last && getNumGroups() != 1)
    return emitOpError("expects 'num_groups' to be 1 where the channels are "
                       "last, since the elements of a group are not next to "
                       "each other then, but got ")
           << getNumGroups();
  return success();
}

LogicalResult InstanceNormOp::verify() {
  if (failed(verifyChannels(*this, IntegerAttr())))
    return failure();
  if (getLayout() == ChannelLayout::Last &&
      getChannels(getInput(), getLayout()) != 1)
    return emitOpError("expects the channels first, since the elements of a "
                       "channel are not next to each other otherwise");
  return success();
}

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

LogicalResult QuantizeOp::verify() {
  Type to = getTo();
  auto checkTypes = [&]() -> LogicalResult {
    if (!isa<Float8E4M3FNType, Float8E5M2Type>(to) && !to.isSignlessInteger(8))
      return emitOpError("expects 'to' to be f8E4M3FN, f8E5M2 or i8, but got ")
             << to;
    bool isStatic = getPer() == Scaling::Static;
    if (isStatic != bool(getScale()))
      return emitOpError("expects a 'scale' where 'per' is static, and only "
                         "there");
    SmallVector<Type> types;
    if (failed(inferReturnTypes(getContext(), getLoc(), getOperands(),
                                getOperation()->getAttrDictionary(),
                                getOperation()->getPropertiesStorage(), {},
                                types)))
      return failure();
    if (TypeRange(types) == getOperation()->getResultTypes())
      return success();
    InFlightDiagnostic diagnostic = emitOpError("expects results of type ");
    llvm::interleaveComma(types, diagnostic);
    diagnostic << ", but got ";
    llvm::interleaveComma(getOperation()->getResultTypes(), diagnostic);
    return diagnostic;
  };
  return Constraints(*this)
      .rows()
      .atLeastOne("group_size", getGroupSizeAttr())
      .also(checkTypes)
      .scalar("scale", getScale());
}
