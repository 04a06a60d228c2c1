//===- Frontend.cpp - From text to bufferized row programs ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parsing and the entry function. Nothing here knows targets.
//
//===----------------------------------------------------------------------===//

#include "Frontend.h"
#include "Sizes.h"

#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Pipelines/Stablehlo.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Types at the boundary
//===----------------------------------------------------------------------===//

static std::optional<ElementType> getElementType(Type type) {
  if (type.isF64())
    return ElementType::F64;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (isa<Float8E4M3FNType>(type))
    return ElementType::F8E4M3FN;
  if (isa<Float8E5M2Type>(type))
    return ElementType::F8E5M2;
  if (type.isSignlessInteger(8))
    return ElementType::I8;
  if (type.isSignlessInteger(32))
    return ElementType::I32;
  if (type.isSignlessInteger(64))
    return ElementType::I64;
  return std::nullopt;
}

/// The spec of an argument or result of type `Shaped`.
template <typename Shaped>
static llvm::Expected<TensorSpec> getSpec(Type type, StringRef name) {
  auto shaped = dyn_cast<Shaped>(type);
  std::optional<ElementType> element;
  if (shaped)
    element = getElementType(shaped.getElementType());
  if (!element) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return llvm::createStringError("expects '" + name +
                                   "' to be a ranked tensor of f64, f32, "
                                   "f16, bf16, f8E4M3FN, f8E5M2, i8, i32 or "
                                   "i64, but got '" +
                                   text + "'");
  }
  TensorSpec spec;
  spec.name = name.str();
  spec.type = *element;
  for (int64_t size : shaped.getShape())
    spec.shape.push_back({ShapedType::isDynamic(size) ? -1 : size});
  return spec;
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

func::FuncOp Graph::getEntry(StringRef name) const {
  return module.get().lookupSymbol<func::FuncOp>(name);
}

static llvm::Error checkEntry(ModuleOp module, StringRef name) {
  Operation *symbol = module.lookupSymbol(name);
  auto entry = dyn_cast_if_present<func::FuncOp>(symbol);
  if (!entry || entry.isExternal()) {
    std::string known;
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        known += (known.empty() ? "'" : ", '") + function.getName().str() + "'";
    if (known.empty())
      known = "no function";
    return llvm::createStringError("expects an entry function '" + name +
                                   "', but the module has " + known);
  }
  if (name.starts_with("llvm."))
    return llvm::createStringError(
        "expects the name of an entry function not to start with 'llvm.', as "
        "those of LLVM's intrinsics do, but got '" +
        name + "'");
  if (entry.getNumResults() == 0)
    return llvm::createStringError(
        "expects entry function '" + name +
        "' to return tensors, but it returns nothing");
  for (auto [number, type] : llvm::enumerate(entry.getResultTypes()))
    if (llvm::Expected<TensorSpec> spec =
            getSpec<RankedTensorType>(type, "result" + std::to_string(number));
        !spec)
      return spec.takeError();
  return llvm::Error::success();
}

/// An error at an op that no later pass knows.
static llvm::Error makeUnknownError(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (op->isRegistered())
    return makeOpError(op, "is of StableHLO and has no equivalent in linalg "
                           "(stablehlo-legalize-to-linalg leaves it)");
  if (dialect == "stablehlo")
    return makeOpError(op, "is StableHLO, " + kEnableStablehlo);
  return makeOpError(op, "is of no dialect that the compiler knows, and calls "
                         "no norm by name (see docs/Frontends.md)");
}

static llvm::Error checkOps(ModuleOp module,
                            llvm::function_ref<bool(Operation *)> isKnown) {
  Operation *unknown = nullptr;
  module.walk([&](Operation *op) {
    if (isKnown(op))
      return WalkResult::advance();
    unknown = op;
    return WalkResult::interrupt();
  });
  return unknown ? makeUnknownError(unknown) : llvm::Error::success();
}

/// Drops what the entry does not reach, makes what it calls part of it, and
/// scalars that it takes tensors.
static llvm::Error inlineCalls(ModuleOp module, StringRef entry) {
  for (auto function : module.getOps<func::FuncOp>())
    function.setVisibility(function.getName() == entry
                               ? SymbolTable::Visibility::Public
                               : SymbolTable::Visibility::Private);
  // Calls of norms have no regions, and the passes have to know what is in one.
  if (llvm::Error error = checkOps(module, [](Operation *op) {
        return op->isRegistered() || op->getNumRegions() == 0;
      }))
    return error;
  if (llvm::Error error = runPasses(module, [](OpPassManager &pm) {
        pm.addPass(createSymbolDCEPass());
        // Before the inliner, which leaves ops of unknown dialects alone.
        buildImportPipeline(pm);
        pm.addPass(createInlinerPass());
        pm.addPass(createSymbolDCEPass());
        pm.addPass(createScalarArgumentsPass());
      }))
    return error;
  return checkOps(module, [](Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    return op->isRegistered() && dialect != "stablehlo" && dialect != "chlo";
  });
}

/// Whatever could be inlined was.
static llvm::Error checkCalls(func::FuncOp entry) {
  func::CallOp left;
  entry.walk([&](func::CallOp call) { left = call; });
  if (!left)
    return llvm::Error::success();
  return makeOpError(left, "calls '" + left.getCallee() +
                               "', which has no body or calls itself");
}

/// Nesting that no graph needs. MLIR's parser recurses into each bracket, and a
/// stack that overflows cannot be reported.
static constexpr int64_t kMaxNesting = 1000;

static llvm::Error checkNesting(StringRef text) {
  int64_t depth = 0;
  for (char c : text) {
    if (StringRef("<([{").contains(c))
      ++depth;
    else if (StringRef(">)]}").contains(c))
      depth = std::max<int64_t>(depth - 1, 0);
    if (depth > kMaxNesting)
      return llvm::createStringError("expects brackets nested at most " +
                                     llvm::Twine(kMaxNesting) + " deep");
  }
  return llvm::Error::success();
}

/// Notes how the memory of arguments is laid out.
static llvm::Error setLayouts(func::FuncOp function,
                              llvm::ArrayRef<ArgumentLayout> layouts) {
  Builder builder(function.getContext());
  for (const ArgumentLayout &layout : layouts) {
    if (layout.argument < 0 || layout.argument >= function.getNumArguments())
      return llvm::createStringError(
          "expects the number of an argument with a layout to be below " +
          llvm::Twine(function.getNumArguments()) + ", but got " +
          llvm::Twine(layout.argument));
    function.setArgAttr(layout.argument, kDenseDimsAttrName,
                        builder.getI64IntegerAttr(layout.numDense));
    function.setArgAttr(layout.argument, kAlignmentAttrName,
                        builder.getI64IntegerAttr(layout.alignment));
  }
  return llvm::Error::success();
}

llvm::Expected<Graph>
seednorm::parseGraph(StringRef text, StringRef entry, StringRef bufferName,
                     llvm::ArrayRef<ArgumentLayout> layouts) {
  if (!isBytecode(llvm::MemoryBufferRef(text, bufferName)))
    if (llvm::Error error = checkNesting(text))
      return std::move(error);
  Graph graph;
  graph.context = takeContext();
  DiagnosticCollector diagnostics(graph.context.get());
  graph.module = parseSourceString<ModuleOp>(
      text, ParserConfig(graph.context.get()), bufferName);
  if (!graph.module)
    return diagnostics.takeError("the text is no MLIR module");
  if (llvm::Error error = checkEntry(*graph.module, entry))
    return std::move(error);
  if (llvm::Error error = inlineCalls(*graph.module, entry))
    return std::move(error);
  if (llvm::Error error = checkCalls(graph.getEntry(entry)))
    return std::move(error);
  if (llvm::Error error = setLayouts(graph.getEntry(entry), layouts))
    return std::move(error);
  return graph;
}

//===----------------------------------------------------------------------===//
// Signature
//===----------------------------------------------------------------------===//

/// Reads the layout of an argument off its attributes.
static llvm::Error readLayout(func::FuncOp function, unsigned index,
                              TensorSpec &spec) {
  Attribute dense = function.getArgAttr(index, kDenseDimsAttrName);
  if (!dense)
    return llvm::Error::success();
  auto number = dyn_cast<IntegerAttr>(dense);
  auto rank = static_cast<int64_t>(spec.shape.size());
  if (!number || number.getInt() < 1 || number.getInt() > rank)
    return llvm::createStringError(
        "expects the dense dimensions of '" + spec.name +
        "' to be between 1 "
        "and " +
        llvm::Twine(rank) + ", but got " +
        (number ? llvm::Twine(number.getInt()).str() : "no integer"));
  spec.numDense = number.getInt();
  spec.alignment = getByteWidth(spec.type);
  Attribute alignment = function.getArgAttr(index, kAlignmentAttrName);
  if (!alignment)
    return llvm::Error::success();
  auto bytes = dyn_cast<IntegerAttr>(alignment);
  if (!bytes || bytes.getInt() < spec.alignment ||
      !llvm::isPowerOf2_64(bytes.getInt()))
    return llvm::createStringError(
        "expects the alignment of '" + spec.name +
        "' to be a power of two of at least " + llvm::Twine(spec.alignment) +
        " bytes, its elements', but got " +
        (bytes ? llvm::Twine(bytes.getInt()).str() : "no integer"));
  spec.alignment = bytes.getInt();
  return llvm::Error::success();
}

std::string seednorm::getArgumentName(func::FuncOp function, unsigned index) {
  if (auto name = function.getArgAttrOfType<StringAttr>(index, "seednorm.name"))
    return name.getValue().str();
  if (auto result = function.getArgAttrOfType<IntegerAttr>(
          index, StringRef(kResultAttrName)))
    return "result" + std::to_string(result.getInt());
  return "arg" + std::to_string(index);
}

llvm::Expected<std::vector<TensorSpec>>
seednorm::getArgumentSpecs(func::FuncOp function) {
  std::vector<TensorSpec> specs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    for (StringRef reserved : {kResultAttrName, kShapeAttrName})
      if (function.getArgAttr(i, reserved))
        return llvm::createStringError(
            "expects arguments without '" + reserved +
            "', which the compiler adds, but argument " + llvm::Twine(i) +
            " has it");
    llvm::Expected<TensorSpec> spec = getSpec<RankedTensorType>(
        function.getArgument(i).getType(), getArgumentName(function, i));
    if (!spec)
      return spec.takeError();
    if (llvm::Error error = readLayout(function, i, *spec))
      return std::move(error);
    if (llvm::any_of(specs, [&](const TensorSpec &other) {
          return other.name == spec->name;
        }))
      return llvm::createStringError("expects arguments of different names, "
                                     "but got '" +
                                     spec->name + "' twice");
    specs.push_back(std::move(*spec));
  }
  return specs;
}

llvm::Expected<std::vector<TensorSpec>>
seednorm::getResultSpecs(func::FuncOp function) {
  std::vector<TensorSpec> specs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto number = function.getArgAttrOfType<IntegerAttr>(i, kResultAttrName);
    if (!number)
      continue;
    llvm::Expected<TensorSpec> spec = getSpec<MemRefType>(
        function.getArgument(i).getType(), getArgumentName(function, i));
    if (!spec)
      return spec.takeError();
    auto shape = function.getArgAttrOfType<ArrayAttr>(i, kShapeAttrName);
    for (auto [dimension, size] : llvm::zip_equal(spec->shape, shape))
      if (auto source = dyn_cast<ArrayAttr>(size)) {
        dimension.argument = cast<IntegerAttr>(source[0]).getInt();
        dimension.argumentDimension = cast<IntegerAttr>(source[1]).getInt();
      } else {
        dimension.size = cast<IntegerAttr>(size).getInt();
      }
    specs.push_back(std::move(*spec));
  }
  return specs;
}
