//===- Contexts.cpp - Contexts for one graph after the other --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading the dialects of a context takes a tenth of what a small graph does.
//
//===----------------------------------------------------------------------===//

#include "Contexts.h"

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

#include <mutex>
#include <vector>

using namespace mlir;
using namespace seednorm;

/// Graphs that a context serves: what was made unique for one stays in it.
static constexpr int kMaxGraphs = 32;
/// Contexts that wait for a graph.
static constexpr size_t kMaxSpares = 2;

namespace {
/// Never destroyed: other threads may compile until the process ends.
struct SpareContexts {
  std::mutex lock;
  std::vector<OwnedContext> contexts;
};
} // namespace

static SpareContexts &getSpares() {
  static auto *spares = new SpareContexts;
  return *spares;
}

static OwnedContext createContext() {
  static const DialectRegistry registry = [] {
    DialectRegistry all;
    mlir::registerAllDialects(all);
    mlir::registerAllExtensions(all);
    mlir::registerAllToLLVMIRTranslations(all);
    seednorm::registerAllDialects(all);
    seednorm::registerAllExtensions(all);
    return all;
  }();
  OwnedContext context(
      new MLIRContext(registry, MLIRContext::Threading::DISABLED));
  // Calls of norms by name come in ops of dialects that we need not know.
  context->allowUnregisteredDialects();
  return context;
}

OwnedContext seednorm::takeContext() {
  SpareContexts &spares = getSpares();
  // In a forked child, a thread that had the lock may be gone.
  std::unique_lock<std::mutex> owner(spares.lock, std::try_to_lock);
  if (!owner || spares.contexts.empty())
    return createContext();
  OwnedContext context = std::move(spares.contexts.back());
  spares.contexts.pop_back();
  return context;
}

void ContextKeeper::operator()(MLIRContext *context) const {
  SpareContexts &spares = getSpares();
  std::unique_lock<std::mutex> owner(spares.lock, std::try_to_lock);
  if (!owner || graphs + 1 >= kMaxGraphs ||
      spares.contexts.size() >= kMaxSpares) {
    delete context;
    return;
  }
  spares.contexts.emplace_back(context, ContextKeeper{graphs + 1});
}
