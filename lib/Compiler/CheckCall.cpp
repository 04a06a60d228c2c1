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

std::vector<int64_t> seednorm::getStrides(const TensorView &view) {
  if (!view.strides.empty())
    return view.strides;
  std::vector<int64_t> strides(view.shape.size());
  int64_t stride = 1;
  for (size_t dim = view.shape.size(); dim-- > 0;) {
    strides[dim] = stride;
    stride *= view.shape[dim];
  }
  return strides;
}

int64_t seednorm::getExtent(const TensorView &view) {
  int64_t last = 0;
  std::vector<int64_t> strides = getStrides(view);
  for (auto [size, stride] : llvm::zip_equal(view.shape, strides)) {
    if (size == 0)
      return 0;
    last += (size - 1) * stride;
  }
  return (last + 1) * getByteWidth(view.type);
}

/// Checks the strides of a view whose shape fits. Those of dimensions with one
/// element mean nothing.
static llvm::Error checkStrides(const TensorSpec &spec,
                                const TensorView &view) {
  if (view.strides.empty() || llvm::is_contained(view.shape, 0))
    return llvm::Error::success();
  auto fail = [&](const llvm::Twine &rule) {
    return llvm::createStringError("expects '" + spec.name + "' to " + rule +
                                   ", but got strides " +
                                   formatShape(view.strides));
  };
  if (view.strides.size() != view.shape.size())
    return fail("have a stride for each dimension");
  int64_t rank = view.shape.size(), dense = 1;
  int64_t numDense = spec.numDense < 0 ? rank : spec.numDense;
  for (int64_t dim = rank - 1; dim >= 0; --dim) {
    if (view.shape[dim] == 1)
      continue;
    if (dim < rank - numDense) {
      int64_t bytes = 0, extent = 0;
      if (view.strides[dim] < 0 ||
          __builtin_mul_overflow(view.strides[dim], getByteWidth(view.type),
                                 &bytes) ||
          __builtin_mul_overflow(bytes, view.shape[dim], &extent))
        return fail("have no negative strides and to fit into memory");
      if (bytes % spec.alignment != 0)
        return fail("have strides of a multiple of " +
                    llvm::Twine(spec.alignment) + " bytes");
      continue;
    }
    if (view.strides[dim] != dense)
      return fail(spec.numDense < 0
                      ? llvm::Twine("be dense and row-major")
                      : "be dense in the last " + llvm::Twine(numDense) +
                            " dimensions");
    dense *= view.shape[dim];
  }
  return llvm::Error::success();
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
  if (llvm::Error error = checkStrides(spec, view))
    return error;
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

/// Whether two checked tensors may share a byte.
static bool overlap(const TensorView &lhs, const TensorView &rhs) {
  int64_t lhsBytes = getExtent(lhs), rhsBytes = getExtent(rhs);
  auto *lhsBegin = static_cast<char *>(lhs.data);
  auto *rhsBegin = static_cast<char *>(rhs.data);
  return lhsBytes && rhsBytes && lhsBegin < rhsBegin + rhsBytes &&
         rhsBegin < lhsBegin + lhsBytes;
}

/// Whether a checked result is an argument's memory, as a whole.
static bool isSame(const TensorView &lhs, const TensorView &rhs) {
  return lhs.data == rhs.data && lhs.shape == rhs.shape &&
         getStrides(lhs) == getStrides(rhs);
}

/// `isShared` says which arguments `result` is in the memory of.
static llvm::Error checkOverlap(llvm::ArrayRef<TensorSpec> argumentSpecs,
                                llvm::ArrayRef<TensorView> arguments,
                                const TensorSpec &spec,
                                const TensorView &result,
                                llvm::function_ref<bool(int64_t)> isShared) {
  for (auto [number, argument] : llvm::enumerate(arguments)) {
    llvm::StringRef name = argumentSpecs[number].name;
    if (isShared(number)) {
      if (!isSame(argument, result))
        return llvm::createStringError("expects '" + spec.name +
                                       "' to be in the memory of '" + name +
                                       "', as it was compiled, but it is "
                                       "elsewhere");
      continue;
    }
    if (overlap(result, argument))
      return llvm::createStringError("expects '" + spec.name +
                                     "' not to overlap an argument, but it "
                                     "shares memory with '" +
                                     name + "'");
  }
  return llvm::Error::success();
}

llvm::Error seednorm::checkResults(llvm::ArrayRef<TensorSpec> argumentSpecs,
                                   llvm::ArrayRef<TensorSpec> resultSpecs,
                                   llvm::ArrayRef<TensorView> arguments,
                                   llvm::ArrayRef<TensorView> results,
                                   llvm::ArrayRef<SharedMemory> shared) {
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
    auto isShared = [&,
                     number = static_cast<int64_t>(index)](int64_t argument) {
      return llvm::any_of(shared, [&](const SharedMemory &pair) {
        return pair.result == number && pair.argument == argument;
      });
    };
    if (llvm::Error error =
            checkOverlap(argumentSpecs, arguments, spec, result, isShared))
      return error;
    for (size_t other = 0; other < index; ++other)
      if (overlap(result, results[other]))
        return llvm::createStringError("expects results not to overlap, but '" +
                                       spec.name + "' shares memory with '" +
                                       resultSpecs[other].name + "'");
  }
  return llvm::Error::success();
}
