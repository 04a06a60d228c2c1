//===- Signature.cpp - Checks of a call's arguments and results -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every message names the tensor, the rule and the fact.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Signature.h"

#include <algorithm>
#include <cstdio>

using namespace seednorm::runtime;

static std::string formatShape(Span<int64_t> shape) {
  std::string text = "(";
  for (int64_t size : shape) {
    if (text.size() > 1)
      text += ", ";
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text + ")";
}

static std::string formatStrides(const TensorView &view) {
  return "strides " + formatShape(view.strides);
}

static std::vector<int64_t> getSizes(const TensorSpec &spec) {
  std::vector<int64_t> sizes;
  for (const Dimension &dimension : spec.shape)
    sizes.push_back(dimension.size);
  return sizes;
}

static Failure makeFailure(const TensorSpec &spec, const std::string &rule,
                           const std::string &fact) {
  return Failure{"expects '" + spec.name + "' to " + rule + ", but got " +
                 fact};
}

/// Bytes of `view`; an error if there are more than fit 63 bits.
static Result<int64_t> getBytes(const TensorSpec &spec,
                                const TensorView &view) {
  int64_t bytes = getByteWidth(view.type);
  for (int64_t size : view.shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return makeFailure(spec, "fit into memory",
                         "shape " + formatShape(view.shape));
  return bytes;
}

/// Checks the stride of a dimension that may have gaps between its elements.
static Status checkOuterStride(const TensorSpec &spec, const TensorView &view,
                               int64_t dim) {
  int64_t bytes = 0, extent = 0;
  if (view.strides[dim] < 0 ||
      __builtin_mul_overflow(view.strides[dim], getByteWidth(view.type),
                             &bytes) ||
      __builtin_mul_overflow(bytes, view.shape[dim], &extent))
    return makeFailure(spec, "have no negative strides and to fit into memory",
                       formatStrides(view));
  if (bytes % spec.alignment != 0)
    return makeFailure(spec,
                       "have strides of a multiple of " +
                           std::to_string(spec.alignment) + " bytes",
                       formatStrides(view));
  return Success{};
}

/// Checks the strides of a view whose shape fits. Those of dimensions with one
/// element mean nothing.
static Status checkStrides(const TensorSpec &spec, const TensorView &view) {
  if (view.strides.empty() ||
      std::find(view.shape.begin(), view.shape.end(), 0) != view.shape.end())
    return Success{};
  if (view.strides.size() != view.shape.size())
    return makeFailure(spec, "have a stride for each dimension",
                       formatStrides(view));
  int64_t rank = view.shape.size(), dense = 1;
  int64_t numDense = spec.numDense < 0 ? rank : spec.numDense;
  for (int64_t dim = rank - 1; dim >= 0; --dim) {
    if (view.shape[dim] == 1)
      continue;
    if (dim < rank - numDense) {
      if (Status status = checkOuterStride(spec, view, dim); !status)
        return status;
      continue;
    }
    if (view.strides[dim] != dense)
      return makeFailure(spec,
                         spec.numDense < 0
                             ? "be dense and row-major"
                             : "be dense in the last " +
                                   std::to_string(numDense) + " dimensions",
                         formatStrides(view));
    dense *= view.shape[dim];
  }
  return Success{};
}

static Status checkTensor(const TensorSpec &spec, const TensorView &view) {
  if (view.type != spec.type)
    return makeFailure(
        spec, std::string("have elements of type ") + getTypeName(spec.type),
        getTypeName(view.type));
  bool fits = view.shape.size() == spec.shape.size();
  for (size_t dim = 0; fits && dim < spec.shape.size(); ++dim) {
    int64_t size = view.shape[dim], wanted = spec.shape[dim].size;
    fits = size >= 0 && (wanted < 0 || size == wanted);
  }
  if (!fits)
    return makeFailure(spec, "have shape " + formatShape(getSizes(spec)),
                       formatShape(view.shape));
  Result<int64_t> bytes = getBytes(spec, view);
  if (!bytes)
    return bytes.failure();
  if (Status status = checkStrides(spec, view); !status)
    return status;
  if (*bytes == 0)
    return Success{};
  if (!view.data)
    return makeFailure(spec, "have memory", "a null pointer");
  auto address = reinterpret_cast<uintptr_t>(view.data);
  if (address % spec.alignment == 0)
    return Success{};
  char text[32];
  std::snprintf(text, sizeof(text), "address 0x%llX",
                static_cast<unsigned long long>(address));
  return makeFailure(
      spec, "be aligned to " + std::to_string(spec.alignment) + " bytes", text);
}

static Status checkTensors(const std::vector<TensorSpec> &specs,
                           Span<TensorView> views, const char *what) {
  if (views.size() != specs.size())
    return Failure{"expects " + std::to_string(specs.size()) + " " + what +
                   ", but got " + std::to_string(views.size())};
  for (size_t index = 0; index < specs.size(); ++index)
    if (Status status = checkTensor(specs[index], views[index]); !status)
      return status;
  return Success{};
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
  if (lhs.data != rhs.data || !(lhs.shape == rhs.shape))
    return false;
  for (size_t dim = 0; dim < lhs.shape.size(); ++dim)
    if (getStride(lhs, dim) != getStride(rhs, dim))
      return false;
  return true;
}

/// Checks where result `number` is.
static Status checkOverlap(const Signature &signature, Span<TensorView> given,
                           Span<TensorView> destinations, size_t number) {
  const std::string &name = signature.results[number].name;
  const TensorView &result = destinations[number];
  for (size_t index = 0; index < given.size(); ++index) {
    const std::string &other = signature.arguments[index].name;
    bool shares =
        std::any_of(signature.shared.begin(), signature.shared.end(),
                    [&](const SharedMemory &pair) {
                      return pair.result == static_cast<int64_t>(number) &&
                             pair.argument == static_cast<int64_t>(index);
                    });
    if (shares && !isSame(given[index], result))
      return Failure{"expects '" + name + "' to be in the memory of '" + other +
                     "', as it was compiled, but it is elsewhere"};
    if (!shares && overlap(result, given[index]))
      return Failure{"expects '" + name +
                     "' not to overlap an argument, but it shares memory "
                     "with '" +
                     other + "'"};
  }
  for (size_t other = 0; other < number; ++other)
    if (overlap(result, destinations[other]))
      return Failure{"expects results not to overlap, but '" + name +
                     "' shares memory with '" + signature.results[other].name +
                     "'"};
  return Success{};
}

Status Signature::checkArguments(Span<TensorView> given) const {
  return checkTensors(arguments, given, "arguments");
}

std::vector<std::vector<int64_t>>
Signature::getResultShapes(Span<TensorView> given) const {
  std::vector<std::vector<int64_t>> shapes;
  for (const TensorSpec &spec : results) {
    std::vector<int64_t> &shape = shapes.emplace_back();
    for (const Dimension &dimension : spec.shape)
      shape.push_back(
          dimension.size >= 0
              ? dimension.size
              : given[dimension.argument].shape[dimension.argumentDimension]);
  }
  return shapes;
}

Status Signature::check(Span<TensorView> given,
                        Span<TensorView> destinations) const {
  if (Status status = checkArguments(given); !status)
    return status;
  if (Status status = checkTensors(results, destinations, "results"); !status)
    return status;
  std::vector<std::vector<int64_t>> shapes = getResultShapes(given);
  for (size_t index = 0; index < results.size(); ++index) {
    if (!(destinations[index].shape == Span(shapes[index])))
      return Failure{"expects '" + results[index].name + "' to have shape " +
                     formatShape(shapes[index]) +
                     " for these arguments, but got " +
                     formatShape(destinations[index].shape)};
    if (Status status = checkOverlap(*this, given, destinations, index);
        !status)
      return status;
  }
  if (constraints.empty())
    return Success{};
  std::vector<TensorView> buffers(given.begin(), given.end());
  buffers.insert(buffers.end(), destinations.begin(), destinations.end());
  return checkConstraints(buffers);
}
