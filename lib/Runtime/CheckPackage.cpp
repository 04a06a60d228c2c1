//===- CheckPackage.cpp - What numbers in a package may be ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package may be made by anybody; its code is trusted, its numbers are not.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Package.h"

#include <algorithm>

using namespace seednorm::runtime;

// As the C API has it, so that a rank fits wherever it is used.
static constexpr size_t maxRank = 32;
// Beyond any chip, but small enough for the driver's types.
static constexpr int64_t maxSharedBytes = int64_t(1) << 30, maxCluster = 64;

static Failure makeFailure(const std::string &rule) {
  return Failure{"expects a package to " + rule + ", but it does not"};
}

static bool isBelow(int64_t number, size_t limit) {
  return number >= 0 && static_cast<uint64_t>(number) < limit;
}

static bool areBelow(const std::vector<int64_t> &numbers, size_t limit) {
  return std::all_of(numbers.begin(), numbers.end(),
                     [&](int64_t number) { return isBelow(number, limit); });
}

static const TensorSpec &getSpec(const Signature &signature, size_t index) {
  size_t numArguments = signature.arguments.size();
  return index < numArguments ? signature.arguments[index]
                              : signature.results[index - numArguments];
}

static Status checkSpec(const TensorSpec &spec) {
  int64_t rank = spec.shape.size();
  if (spec.shape.size() > maxRank)
    return makeFailure("have tensors of at most 32 dimensions");
  bool isPower =
      spec.alignment > 0 && (spec.alignment & (spec.alignment - 1)) == 0;
  if (!isPower || spec.numDense < -1 || spec.numDense > rank)
    return makeFailure("align tensors to powers of two, and have layouts of "
                       "as many dimensions as they have");
  for (const Dimension &dimension : spec.shape)
    if (dimension.size < -1)
      return makeFailure("have no negative sizes");
  return Success{};
}

/// Sizes of results that a call knows are those of arguments.
static Status checkResult(const Signature &signature, const TensorSpec &spec) {
  for (const Dimension &dimension : spec.shape) {
    if (dimension.size >= 0)
      continue;
    if (!isBelow(dimension.argument, signature.arguments.size()) ||
        !isBelow(dimension.argumentDimension,
                 signature.arguments[dimension.argument].shape.size()))
      return makeFailure("name an argument for each size of a result");
  }
  return Success{};
}

static Status checkSizes(const Signature &signature,
                         const std::vector<SizeExpr> &sizes) {
  size_t numBuffers = signature.arguments.size() + signature.results.size();
  for (size_t index = 0; index < sizes.size(); ++index) {
    const SizeExpr &size = sizes[index];
    bool valid = true;
    if (size.kind == SizeExpr::Kind::ArgumentDim)
      valid = isBelow(size.lhs, numBuffers) &&
              isBelow(size.rhs, 2 * getSpec(signature, size.lhs).shape.size());
    else if (size.kind != SizeExpr::Kind::Constant)
      valid = isBelow(size.lhs, index) && isBelow(size.rhs, index);
    if (!valid)
      return makeFailure("compute sizes from arguments and earlier sizes");
  }
  return Success{};
}

static Status checkSignature(const Signature &signature) {
  for (const auto *specs : {&signature.arguments, &signature.results})
    for (const TensorSpec &spec : *specs)
      if (Status status = checkSpec(spec); !status)
        return status;
  for (const TensorSpec &spec : signature.results)
    if (Status status = checkResult(signature, spec); !status)
      return status;
  for (const SharedMemory &pair : signature.shared)
    if (!isBelow(pair.result, signature.results.size()) ||
        !isBelow(pair.argument, signature.arguments.size()))
      return makeFailure("share memory of arguments with results");
  for (const SizeConstraint &constraint : signature.constraints)
    if (!isBelow(constraint.have, signature.sizes.size()) ||
        !isBelow(constraint.need, signature.sizes.size()))
      return makeFailure("constrain sizes that it has");
  return checkSizes(signature, signature.sizes);
}

static Status checkLaunch(const KernelLaunch &launch, size_t numBuffers,
                          size_t numSizes) {
  if (!areBelow(launch.buffers, numBuffers))
    return makeFailure("launch kernels on buffers that it has");
  if (launch.numbers.empty() || !areBelow(launch.numbers, numSizes) ||
      !isBelow(launch.blocks, numSizes) || !isBelow(launch.threads, numSizes))
    return makeFailure("launch kernels with sizes that it has");
  if (!isBelow(launch.dynamicSharedBytes, maxSharedBytes) ||
      launch.cluster < 1 || launch.cluster > maxCluster)
    return makeFailure("launch kernels with shared memory and clusters that a "
                       "chip may have");
  return Success{};
}

static Status checkPlan(const Signature &signature, const LaunchPlan &plan) {
  size_t numArguments = signature.arguments.size() + signature.results.size();
  if (plan.numArguments != static_cast<int64_t>(numArguments))
    return makeFailure("launch kernels on its arguments and results");
  if (Status status = checkSizes(signature, plan.sizes); !status)
    return status;
  for (const Temporary &temporary : plan.temporaries)
    if (!isBelow(temporary.bytes, plan.sizes.size()))
      return makeFailure("have temporaries of sizes that it has");
  size_t numBuffers =
      numArguments + plan.temporaries.size() + plan.constants.size();
  for (const KernelLaunch &launch : plan.launches)
    if (Status status = checkLaunch(launch, numBuffers, plan.sizes.size());
        !status)
      return status;
  return Success{};
}

static Status checkCode(const CPUCode &code) {
  if (Status status = checkImage(code.image); !status)
    return status;
  for (const ImageSymbol &symbol : code.image.exports)
    if (symbol.name == code.function)
      return Success{};
  return makeFailure("have the function that it calls");
}

Status seednorm::runtime::checkKernel(const PackagedKernel &kernel) {
  if (Status status = checkSignature(kernel.signature); !status)
    return status;
  if (kernel.cpu.has_value() == kernel.gpu.has_value())
    return makeFailure("have code for one target for each kernel");
  return kernel.cpu ? checkCode(*kernel.cpu)
                    : checkPlan(kernel.signature, kernel.gpu->plan);
}
