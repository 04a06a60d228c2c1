//===- CheckCall.cpp - Checks of a call's arguments and results -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every message names the tensor, the rule and the fact.
//
//===----------------------------------------------------------------------===//

#include "CheckCall.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace seednorm;

static std::string formatShape(llvm::ArrayRef<int64_t> shape) {
  std::string text = "(";
  for (int64_t size : shape) {
    if (text.size() > 1)
      text += ", ";
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text + ")";
}

static std::vector<int64_t> getSizes(const TensorSpec &spec) {
  std::vector<int64_t> sizes;
  for (const Dimension &dimension : spec.shape)
    sizes.push_back(dimension.size);
  return sizes;
}

/// Bytes of `view`; an error if there are more than fit 63 bits.
static llvm::Expected<int64_t> getBytes(const TensorSpec &spec,
                                        const TensorView &view) {
  int64_t bytes = getByteWidth(view.type);
  for (int64_t size : view.shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return llvm::createStringError("expects '" + spec.name +
                                     "' to fit into memory, but got shape " +
                                     formatShape(view.shape));
  return bytes;
}

static llvm::Error checkTensor(const TensorSpec &spec, const TensorView &view) {
  auto fail = [&](const llvm::Twine &rule, const llvm::Twine &fact) {
    return llvm::createStringError("expects '" + spec.name + "' to " + rule +
                                   ", but got " + fact);
  };
  if (view.type != spec.type)
    return fail("have elements of type " + getName(spec.type),
                getName(view.type));
  bool fits = view.shape.size() == spec.shape.size();
  for (auto [size, dimension] : llvm::zip(view.shape, spec.shape))
    fits &= size >= 0 && (dimension.size < 0 || size == dimension.size);
  if (!fits)
    return fail("have shape " + formatShape(getSizes(spec)),
                formatShape(view.shape));
  llvm::Expected<int64_t> bytes = getBytes(spec, view);
  if (!bytes)
    return bytes.takeError();
  if (*bytes == 0)
    return llvm::Error::success();
  if (!view.data)
    return fail("have memory", "a null pointer");
  if (reinterpret_cast<uintptr_t>(view.data) % spec.alignment != 0)
    return fail("be aligned to " + llvm::Twine(spec.alignment) + " bytes",
                "address 0x" +
                    llvm::utohexstr(reinterpret_cast<uintptr_t>(view.data)));
  return llvm::Error::success();
}

static llvm::Error checkTensors(llvm::ArrayRef<TensorSpec> specs,
                                llvm::ArrayRef<TensorView> views,
                                llvm::StringRef what) {
  if (views.size() != specs.size())
    return llvm::createStringError("expects " + llvm::Twine(specs.size()) +
                                   " " + what + ", but got " +
                                   llvm::Twine(views.size()));
  for (auto [spec, view] : llvm::zip_equal(specs, views))
    if (llvm::Error error = checkTensor(spec, view))
      return error;
  return llvm::Error::success();
}

llvm::Error seednorm::checkArguments(llvm::ArrayRef<TensorSpec> specs,
                                     llvm::ArrayRef<TensorView> arguments) {
  return checkTensors(specs, arguments, "arguments");
}

std::vector<std::vector<int64_t>>
seednorm::computeResultShapes(llvm::ArrayRef<TensorSpec> specs,
                              llvm::ArrayRef<TensorView> arguments) {
  std::vector<std::vector<int64_t>> shapes;
  for (const TensorSpec &spec : specs) {
    std::vector<int64_t> &shape = shapes.emplace_back();
    for (const Dimension &dimension : spec.shape)
      shape.push_back(dimension.size >= 0
                          ? dimension.size
                          : arguments[dimension.argument]
                                .shape[dimension.argumentDimension]);
  }
  return shapes;
}

/// Whether two tensors share a byte.
static bool overlap(const TensorSpec &lhsSpec, const TensorView &lhs,
                    const TensorSpec &rhsSpec, const TensorView &rhs) {
  // Both were checked to have a size.
  int64_t lhsBytes = llvm::cantFail(getBytes(lhsSpec, lhs));
  int64_t rhsBytes = llvm::cantFail(getBytes(rhsSpec, rhs));
  auto *lhsBegin = static_cast<char *>(lhs.data);
  auto *rhsBegin = static_cast<char *>(rhs.data);
  return lhsBytes && rhsBytes && lhsBegin < rhsBegin + rhsBytes &&
         rhsBegin < lhsBegin + lhsBytes;
}

llvm::Error seednorm::checkResults(llvm::ArrayRef<TensorSpec> argumentSpecs,
                                   llvm::ArrayRef<TensorSpec> resultSpecs,
                                   llvm::ArrayRef<TensorView> arguments,
                                   llvm::ArrayRef<TensorView> results) {
  if (llvm::Error error = checkTensors(resultSpecs, results, "results"))
    return error;
  std::vector<std::vector<int64_t>> shapes =
      computeResultShapes(resultSpecs, arguments);
  for (auto [index, result] : llvm::enumerate(results)) {
    const TensorSpec &spec = resultSpecs[index];
    if (result.shape != shapes[index])
      return llvm::createStringError(
          "expects '" + spec.name + "' to have shape " +
          formatShape(shapes[index]) + " for these arguments, but got " +
          formatShape(result.shape));
    for (auto [argumentSpec, argument] :
         llvm::zip_equal(argumentSpecs, arguments))
      if (overlap(spec, result, argumentSpec, argument))
        return llvm::createStringError("expects '" + spec.name +
                                       "' not to overlap an argument, but it "
                                       "shares memory with '" +
                                       argumentSpec.name + "'");
    for (size_t other = 0; other < index; ++other)
      if (overlap(spec, result, resultSpecs[other], results[other]))
        return llvm::createStringError("expects results not to overlap, but '" +
                                       spec.name + "' shares memory with '" +
                                       resultSpecs[other].name + "'");
  }
  return llvm::Error::success();
}
