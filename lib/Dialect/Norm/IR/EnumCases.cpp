//===- EnumCases.cpp - What enumerations may be, by name ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/EnumCases.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"

using namespace mlir;
using namespace seednorm::norm;

/// Cases are numbered from 0 without gaps (NormEnums.td).
template <typename Attr>
static SmallVector<EnumCase> getCases(MLIRContext *context) {
  using Enum = decltype(std::declval<Attr>().getValue());
  SmallVector<EnumCase> cases;
  for (uint32_t number = 0;; ++number) {
    auto value = static_cast<Enum>(number);
    StringRef name = stringifyEnum(value);
    if (name.empty())
      return cases;
    cases.push_back({name, Attr::get(context, value)});
  }
}

template <typename... Attrs>
static SmallVector<SmallVector<EnumCase>> getAllCases(MLIRContext *context) {
  return {getCases<Attrs>(context)...};
}

SmallVector<SmallVector<EnumCase>>
seednorm::norm::getEnumCases(MLIRContext *context) {
  return getAllCases<
#define GET_ATTRDEF_LIST
#include "seednorm/Dialect/Norm/IR/NormAttributes.cpp.inc"
      >(context);
}
