//===- Execute.cpp - Run a compiled graph on host tensors -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "seednorm/Runtime/CudaDriver.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <limits>

using namespace llvm;
using namespace seednorm;
using runtime::CudaBuffer;
using runtime::CudaDriver;

static Error toError(const runtime::Status &status) {
  return status ? Error::success() : createStringError(status.message());
}

/// The shortest of `repeat` calls of `call`, in milliseconds.
static Expected<double> measure(unsigned repeat, function_ref<Error()> call) {
  double best = std::numeric_limits<double>::infinity();
  for (unsigned i = 0; i < std::max(repeat, 1u); ++i) {
    auto start = std::chrono::steady_clock::now();
    if (Error error = call())
      return std::move(error);
    std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  return best;
}

namespace {
/// Copies of host tensors on a device.
class DeviceTensors {
public:
  explicit DeviceTensors(CudaDriver &driver) : driver(driver) {}

  /// Allocates memory for a tensor and copies it there.
  Error add(HostTensor &tensor) {
    TensorView view = tensor.getView();
    size_t bytes = tensor.getNumBytes();
    auto buffer = CudaBuffer::allocate(driver, std::max<size_t>(bytes, 1));
    if (!buffer)
      return createStringError(buffer.message());
    if (Error error = toError(buffer->copyFromHost(view.data, bytes)))
      return error;
    view.data = reinterpret_cast<void *>(buffer->getPointer());
    views.push_back(std::move(view));
    buffers.push_back(std::move(*buffer));
    return Error::success();
  }

  /// Copies a tensor back.
  Error fetch(size_t index, HostTensor &tensor) const {
    return toError(
        buffers[index].copyToHost(tensor.getView().data, tensor.getNumBytes()));
  }

  ArrayRef<TensorView> getViews() const { return views; }

private:
  CudaDriver &driver;
  std::vector<CudaBuffer> buffers;
  std::vector<TensorView> views;
};
} // namespace

static Expected<double> executeOnDevice(const CompiledGraph &graph,
                                        std::vector<HostTensor> &arguments,
                                        std::vector<HostTensor> &results,
                                        unsigned repeat) {
  auto driver = CudaDriver::get();
  if (!driver)
    return createStringError(driver.message());
  if (Error error = toError((*driver)->ensureContext()))
    return std::move(error);
  DeviceTensors given(**driver), destinations(**driver);
  for (HostTensor &argument : arguments)
    if (Error error = given.add(argument))
      return std::move(error);
  for (HostTensor &result : results)
    if (Error error = destinations.add(result))
      return std::move(error);
  Expected<double> best = measure(repeat, [&]() -> Error {
    if (Error error = graph.run(given.getViews(), destinations.getViews()))
      return error;
    return toError((*driver)->synchronize());
  });
  if (!best)
    return best;
  for (auto [index, result] : enumerate(results))
    if (Error error = destinations.fetch(index, result))
      return std::move(error);
  return best;
}

static std::vector<TensorView> getViews(std::vector<HostTensor> &tensors) {
  std::vector<TensorView> views;
  for (HostTensor &tensor : tensors)
    views.push_back(tensor.getView());
  return views;
}

Expected<Execution> seednorm::execute(const CompiledGraph &graph,
                                      std::vector<HostTensor> &arguments,
                                      uint64_t seed, unsigned repeat) {
  std::vector<TensorView> given = getViews(arguments);
  Expected<std::vector<std::vector<int64_t>>> shapes =
      graph.getResultShapes(given);
  if (!shapes)
    return shapes.takeError();
  Execution execution;
  for (auto [spec, shape] : zip_equal(graph.getResults(), *shapes)) {
    Expected<HostTensor> result = HostTensor::create(spec, shape);
    if (!result)
      return result.takeError();
    execution.results.push_back(std::move(*result));
  }
  Expected<double> best =
      graph.getOptions().target.kind == Target::Kind::GPU
          ? executeOnDevice(graph, arguments, execution.results, repeat)
          : measure(repeat, [&] {
              return graph.run(given, getViews(execution.results),
                               {seed, nullptr});
            });
  if (!best)
    return best.takeError();
  execution.bestMilliseconds = *best;
  return execution;
}
