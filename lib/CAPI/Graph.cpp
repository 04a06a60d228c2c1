//===- Graph.cpp - Building a graph from C --------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph is a function under construction in a context of its own. Whatever
// the caller says is checked before MLIR sees it, because MLIR asserts.
//
//===----------------------------------------------------------------------===//

#include "GraphState.h"
#include "OpBuilding.h"
#include "Status.h"

#include "seednorm/InitAllDialects.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemAlloc.h"

using namespace mlir;
using namespace seednorm;
using capi::failUsage;

static const DialectRegistry &getRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry dialects;
    seednorm::registerAllDialects(dialects);
    dialects
        .insert<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
                math::MathDialect, tensor::TensorDialect>();
    return dialects;
  }();
  return registry;
}

SeednormGraph::SeednormGraph()
    : context(getRegistry(), MLIRContext::Threading::DISABLED) {
  context.loadAllAvailableDialects();
  OpBuilder builder(&context);
  Location unknown = builder.getUnknownLoc();
  module = ModuleOp::create(unknown);
  builder.setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(builder, unknown, "main",
                                  builder.getFunctionType({}, {}));
  body = function.addEntryBlock();
}

Value SeednormGraph::getValue(int64_t number) const {
  return number >= 0 && number < static_cast<int64_t>(values.size())
             ? values[number]
             : Value();
}

int64_t SeednormGraph::addValue(Value value) {
  values.push_back(value);
  return values.size() - 1;
}

Location SeednormGraph::getLocation(const char *file, int64_t line) {
  if (!file)
    return UnknownLoc::get(&context);
  return FileLineColLoc::get(&context, file,
                             std::clamp<int64_t>(line, 0, UINT32_MAX), 0);
}

SeednormGraph *seednormGraphCreate(void) { return new SeednormGraph(); }

void seednormGraphDestroy(SeednormGraph *graph) { delete graph; }

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

Type SeednormGraph::getElementType(SeednormElementType type) {
  Builder builder(&context);
  switch (type) {
  case SEEDNORM_F64:
    return builder.getF64Type();
  case SEEDNORM_F32:
    return builder.getF32Type();
  case SEEDNORM_F16:
    return builder.getF16Type();
  case SEEDNORM_BF16:
    return builder.getBF16Type();
  case SEEDNORM_F8E4M3FN:
    return builder.getType<Float8E4M3FNType>();
  case SEEDNORM_F8E5M2:
    return builder.getType<Float8E5M2Type>();
  case SEEDNORM_I8:
    return builder.getI8Type();
  case SEEDNORM_I32:
    return builder.getI32Type();
  case SEEDNORM_I64:
    return builder.getI64Type();
  }
  return Type();
}

bool capi::isAddressable(ArrayRef<int64_t> sizes) {
  // 64-bit offsets in bytes must reach every element.
  int64_t numElements = 1;
  return llvm::all_of(sizes, [&](int64_t size) {
    int64_t atLeast =
        ShapedType::isDynamic(size) ? 1 : std::max<int64_t>(size, 1);
    return !llvm::MulOverflow(numElements, atLeast, numElements) &&
           numElements <= INT64_MAX / 8;
  });
}

/// Checks the sizes of a caller's tensor and turns them into MLIR's.
static SeednormStatus convertShape(const int64_t *shape, int64_t rank,
                                   SmallVectorImpl<int64_t> &sizes) {
  if (rank < 0 || rank > SEEDNORM_MAX_RANK)
    return failUsage("expects a rank between 0 and " +
                     Twine(SEEDNORM_MAX_RANK) + ", but got " + Twine(rank));
  for (int64_t size : llvm::ArrayRef(shape, rank)) {
    if (size < -1)
      return failUsage("expects a size to be at least 0, or -1 for one known "
                       "at run time only, but got " +
                       Twine(size));
    sizes.push_back(size == -1 ? ShapedType::kDynamic : size);
  }
  if (!capi::isAddressable(sizes))
    return failUsage("expects a tensor of less than 2^60 elements");
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormGraphAddInput(SeednormGraph *graph,
                                     SeednormElementType type,
                                     const int64_t *shape, int64_t rank,
                                     const char *name, int64_t *value) {
  Type element = graph->getElementType(type);
  if (!element)
    return failUsage("expects an element type, but got number " +
                     Twine(static_cast<int>(type)));
  SmallVector<int64_t> sizes;
  if (SeednormStatus status = convertShape(shape, rank, sizes))
    return status;
  std::string text = name ? name : "arg" + std::to_string(graph->names.size());
  if (text.empty())
    return failUsage("expects the name of an input not to be empty");
  auto nameAttr = StringAttr::get(&graph->context, text);
  // A name of ours gives way to one that the user chose.
  while (!name && llvm::is_contained(graph->names, nameAttr))
    nameAttr = StringAttr::get(&graph->context, text += '_');
  if (llvm::is_contained(graph->names, nameAttr))
    return failUsage("expects inputs of different names, but got '" + text +
                     "' twice");
  graph->names.push_back(nameAttr);
  *value = graph->addValue(graph->body->addArgument(
      RankedTensorType::get(sizes, element), UnknownLoc::get(&graph->context)));
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormGraphAddOutput(SeednormGraph *graph, int64_t value) {
  Value output = graph->getValue(value);
  if (!output)
    return failUsage("expects a value of this graph, but got number " +
                     Twine(value));
  graph->outputs.push_back(output);
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormGraphGetType(SeednormGraph *graph, int64_t value,
                                    SeednormElementType *type, int64_t **shape,
                                    int64_t *rank) {
  Value found = graph->getValue(value);
  if (!found)
    return failUsage("expects a value of this graph, but got number " +
                     Twine(value));
  auto tensor = cast<RankedTensorType>(found.getType());
  // Operations make no types but those of inputs.
  for (int candidate = SEEDNORM_F64; candidate <= SEEDNORM_I64; ++candidate)
    if (auto known = static_cast<SeednormElementType>(candidate);
        graph->getElementType(known) == tensor.getElementType())
      *type = known;
  *rank = tensor.getRank();
  *shape = static_cast<int64_t *>(
      llvm::safe_calloc(std::max<int64_t>(*rank, 1), sizeof(int64_t)));
  for (auto [index, size] : llvm::enumerate(tensor.getShape()))
    (*shape)[index] = ShapedType::isDynamic(size) ? -1 : size;
  return SEEDNORM_SUCCESS;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

SeednormStatus seednormGraphAddOp(SeednormGraph *graph, const char *op,
                                  const int64_t *operands, int64_t numOperands,
                                  const char *const *attributeNames,
                                  const char *const *attributeValues,
                                  int64_t numAttributes,
                                  const char *resultElement, const char *file,
                                  int64_t line, int64_t **values,
                                  int64_t *numValues) {
  capi::OpDescription description;
  description.name = op;
  if (resultElement)
    description.resultElement = resultElement;
  description.location = graph->getLocation(file, line);
  for (int64_t number : llvm::ArrayRef(operands, numOperands)) {
    Value operand = number == -1 ? Value() : graph->getValue(number);
    if (!operand && number != -1)
      return failUsage("expects operands to be values of this graph, but got "
                       "number " +
                       Twine(number));
    description.operands.push_back(operand);
  }
  for (int64_t i = 0; i < numAttributes; ++i)
    description.attributes.emplace_back(attributeNames[i], attributeValues[i]);
  llvm::Expected<Operation *> created =
      capi::buildOp(description, &graph->context);
  if (!created)
    return capi::fail(SEEDNORM_USAGE_ERROR, created.takeError());
  graph->body->push_back(*created);
  *numValues = (*created)->getNumResults();
  *values = static_cast<int64_t *>(malloc(*numValues * sizeof(int64_t)));
  for (OpResult result : (*created)->getResults())
    (*values)[result.getResultNumber()] = graph->addValue(result);
  return SEEDNORM_SUCCESS;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Completes a copy of the graph's function.
static void complete(const SeednormGraph &graph, func::FuncOp function,
                     StringRef entry, ValueRange outputs) {
  OpBuilder builder(&function.getBody());
  builder.setInsertionPointToEnd(&function.getBody().front());
  func::ReturnOp::create(builder, function.getLoc(), outputs);
  function.setSymName(entry);
  function.setType(builder.getFunctionType(
      function.getBody().front().getArgumentTypes(), outputs.getTypes()));
  for (auto [index, name] : llvm::enumerate(graph.names))
    function.setArgAttr(index, "seednorm.name", name);
}

SeednormStatus seednormGraphToText(SeednormGraph *graph, const char *entry,
                                   int64_t withLocations, char **text) {
  if (graph->outputs.empty())
    return failUsage("expects a graph to have at least one output");
  if (!entry || !*entry)
    return failUsage("expects the name of the entry not to be empty");
  IRMapping copies;
  OwningOpRef<ModuleOp> module(cast<ModuleOp>((*graph->module)->clone(copies)));
  SmallVector<Value> outputs = llvm::map_to_vector(
      graph->outputs, [&](Value output) { return copies.lookup(output); });
  complete(*graph, *module->getOps<func::FuncOp>().begin(), entry, outputs);
  std::string printed;
  llvm::raw_string_ostream stream(printed);
  module->print(stream, OpPrintingFlags().enableDebugInfo(withLocations));
  *text = capi::copyOut(printed);
  return SEEDNORM_SUCCESS;
}
