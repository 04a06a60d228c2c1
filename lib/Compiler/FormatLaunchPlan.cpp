//===- FormatLaunchPlan.cpp - A launch plan as JSON -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that a launcher without a compiler needs beside the cubin: sizes as a
// list of operations on earlier ones, and launches that name them by their
// numbers.
//
//===----------------------------------------------------------------------===//

#include "LaunchPlan.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;
namespace json = llvm::json;

static json::Value formatSize(const runtime::SizeExpr &size,
                              llvm::ArrayRef<int64_t> ranks) {
  auto binary = [&](llvm::StringRef op) {
    return json::Object{{"op", op}, {"lhs", size.lhs}, {"rhs", size.rhs}};
  };
  switch (size.kind) {
  case runtime::SizeExpr::Kind::Constant:
    return json::Object{{"op", "constant"}, {"value", size.lhs}};
  case runtime::SizeExpr::Kind::ArgumentDim: {
    // Behind the sizes of an argument are its strides.
    bool isStride = size.rhs >= ranks[size.lhs];
    return json::Object{
        {"op", isStride ? "stride" : "dim"},
        {"buffer", size.lhs},
        {"dim", isStride ? size.rhs - ranks[size.lhs] : size.rhs}};
  }
  case runtime::SizeExpr::Kind::Add:
    return binary("add");
  case runtime::SizeExpr::Kind::Mul:
    return binary("mul");
  case runtime::SizeExpr::Kind::Div:
    return binary("div");
  case runtime::SizeExpr::Kind::CeilDiv:
    return binary("ceildiv");
  case runtime::SizeExpr::Kind::Max:
    return binary("max");
  case runtime::SizeExpr::Kind::Min:
    return binary("min");
  }
  return nullptr;
}

std::string seednorm::formatLaunchPlan(const LaunchPlan &plan,
                                       llvm::ArrayRef<int64_t> ranks) {
  json::Array sizes, temporaries, constants, launches;
  for (const runtime::SizeExpr &size : plan.sizes)
    sizes.push_back(formatSize(size, ranks));
  for (const runtime::Temporary &temporary : plan.temporaries)
    temporaries.push_back(temporary.bytes);
  for (const runtime::ConstantBuffer &constant : plan.constants)
    constants.push_back(llvm::toHex(constant.bytes, /*LowerCase=*/true));
  for (const runtime::KernelLaunch &launch : plan.launches)
    launches.push_back(
        json::Object{{"kernel", launch.kernel},
                     {"buffers", json::Array(launch.buffers)},
                     {"numbers", json::Array(launch.numbers)},
                     {"blocks", launch.blocks},
                     {"threads", launch.threads},
                     {"dynamic_shared_bytes", launch.dynamicSharedBytes},
                     {"cluster", launch.cluster},
                     {"dependent", launch.dependent}});
  json::Object object{{"num_arguments", plan.numArguments},
                      {"sizes", std::move(sizes)},
                      {"temporaries", std::move(temporaries)},
                      {"constants", std::move(constants)},
                      {"launches", std::move(launches)}};
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::formatv("{0:2}", json::Value(std::move(object))) << '\n';
  return text;
}
