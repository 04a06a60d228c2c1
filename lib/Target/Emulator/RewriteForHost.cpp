//===- RewriteForHost.cpp - From an NVPTX module to a host module ---------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Drops what only NVPTX understands, runs the rewriting steps and gives each
// kernel an entry that unpacks its arguments. Address spaces stay: to the
// host's back end they are all the same flat memory.
//
//===----------------------------------------------------------------------===//

#include "Rewrites.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ModuleSlotTracker.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seednorm::emulator;

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

SiteTable::SiteTable(Module &module, HostProgram &program) : program(program) {
  ModuleSlotTracker slots(&module);
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    slots.incorporateFunction(function);
    for (BasicBlock &block : function)
      for (Instruction &instruction : block) {
        if (!instruction.mayReadOrWriteMemory() && !isa<CallBase>(instruction))
          continue;
        raw_string_ostream stream(texts[&instruction]);
        instruction.print(stream, slots);
      }
  }
}

uint32_t SiteTable::add(const Instruction &instruction, Site site) {
  program.usesProxy |= site.viaProxy;
  site.text = StringRef(texts.lookup(&instruction)).trim().str();
  program.sites.push_back(std::move(site));
  return program.sites.size() - 1;
}

//===----------------------------------------------------------------------===//
// Cleaning
//===----------------------------------------------------------------------===//

// Attributes and metadata state facts about the GPU (ranges of indices, memory
// effects of intrinsics) that the calls put in their place do not keep.
static void dropFacts(Function &function) {
  AttrBuilder kept(function.getContext());
  kept.addAttribute(Attribute::NoUnwind);
  function.setAttributes(
      AttributeList().addFnAttributes(function.getContext(), kept));
  function.setCallingConv(CallingConv::C);
  function.setComdat(nullptr);
  function.setSection("");
  function.setLinkage(GlobalValue::InternalLinkage);
  function.setVisibility(GlobalValue::DefaultVisibility);
  for (BasicBlock &block : function)
    for (Instruction &instruction : block) {
      instruction.dropUnknownNonDebugMetadata();
      auto *call = dyn_cast<CallBase>(&instruction);
      if (!call)
        continue;
      call->setCallingConv(CallingConv::C);
      // The alignments of a memory intrinsic are attributes.
      if (!isa<AnyMemIntrinsic>(call))
        call->setAttributes(AttributeList());
    }
}

static void cleanModule(Module &module) {
  StripDebugInfo(module);
  for (const char *name : {"llvm.used", "llvm.compiler.used"})
    if (GlobalVariable *used = module.getNamedGlobal(name))
      used->eraseFromParent();
  while (!module.named_metadata_empty())
    module.eraseNamedMetadata(&*module.named_metadata_begin());
  for (Function &function : module)
    if (!function.isDeclaration())
      dropFacts(function);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

// The numbers of an attribute such as "nvvm.maxntid"="256,1,1".
static std::vector<uint32_t> getSizes(const Function &kernel, StringRef name) {
  SmallVector<StringRef, 3> words;
  kernel.getFnAttribute(name).getValueAsString().split(words, ',', -1, false);
  std::vector<uint32_t> sizes;
  for (StringRef word : words) {
    uint32_t size = 0;
    if (!word.trim().getAsInteger(10, size))
      sizes.push_back(size);
  }
  return sizes;
}

static Kernel describeKernel(const Function &function) {
  Kernel kernel;
  kernel.name = function.getName().str();
  kernel.entrySymbol = "seednorm.entry." + kernel.name;
  std::vector<uint32_t> cluster = getSizes(function, "nvvm.cluster_dim");
  kernel.hasCluster = !cluster.empty();
  for (size_t dimension = 0; dimension < std::min<size_t>(cluster.size(), 3);
       ++dimension)
    kernel.cluster[dimension] = cluster[dimension];
  kernel.numParameters = function.arg_size();
  kernel.requiredBlock = getSizes(function, "nvvm.reqntid");
  std::vector<uint32_t> limits = getSizes(function, "nvvm.maxntid");
  uint64_t product = 1;
  for (uint32_t limit : limits)
    product *= limit;
  if (!limits.empty())
    kernel.maxThreads = std::min<uint64_t>(kernel.maxThreads, product);
  return kernel;
}

// Builds `void entry(ptr arguments)`. A parameter passed by value is copied to
// the lane's stack, where a kernel may also write it.
static void buildEntry(Function &kernel, StringRef symbol,
                       ArrayRef<Type *> byValueTypes) {
  LLVMContext &context = kernel.getContext();
  auto *pointer = PointerType::getUnqual(context);
  auto *type = FunctionType::get(Type::getVoidTy(context), {pointer}, false);
  Function *entry = Function::Create(type, GlobalValue::ExternalLinkage, symbol,
                                     kernel.getParent());
  entry->setDoesNotThrow();
  IRBuilder<> builder(BasicBlock::Create(context, "", entry));
  const DataLayout &layout = kernel.getParent()->getDataLayout();
  SmallVector<Value *> values;
  for (auto [index, parameter] : enumerate(kernel.args())) {
    Value *slot = builder.CreateConstGEP1_64(pointer, entry->getArg(0), index);
    Value *address = builder.CreateLoad(pointer, slot);
    Type *byValue = byValueTypes[index];
    if (!byValue) {
      values.push_back(
          builder.CreateAlignedLoad(parameter.getType(), address, Align(1)));
      continue;
    }
    AllocaInst *copy = builder.CreateAlloca(byValue);
    builder.CreateMemCpy(copy, copy->getAlign(), address, Align(1),
                         layout.getTypeAllocSize(byValue));
    values.push_back(builder.CreateAddrSpaceCast(copy, parameter.getType()));
  }
  builder.CreateCall(&kernel, values);
  builder.CreateRetVoid();
}

namespace {
/// A kernel with what its attributes say, read before they are dropped.
struct KernelSource {
  Function *function;
  SmallVector<Type *> byValueTypes;
};
} // namespace

static SmallVector<KernelSource> collectKernels(Module &module,
                                                HostProgram &program) {
  SmallVector<KernelSource> sources;
  for (Function &function : module) {
    if (function.isDeclaration() ||
        function.getCallingConv() != CallingConv::PTX_Kernel)
      continue;
    program.kernels.push_back(describeKernel(function));
    KernelSource source{&function, {}};
    for (Argument &parameter : function.args())
      source.byValueTypes.push_back(parameter.getParamByValType());
    sources.push_back(std::move(source));
  }
  return sources;
}

//===----------------------------------------------------------------------===//
// Memory of the module
//===----------------------------------------------------------------------===//

// Runs after the shared variables are gone.
static void exportVariables(Module &module, HostProgram &program) {
  const DataLayout &layout = module.getDataLayout();
  for (GlobalVariable &variable : module.globals()) {
    if (variable.getName().starts_with("llvm."))
      continue;
    if (!variable.hasName())
      variable.setName("seednorm.unnamed");
    variable.setLinkage(GlobalValue::ExternalLinkage);
    variable.setVisibility(GlobalValue::DefaultVisibility);
    variable.setComdat(nullptr);
    variable.setSection("");
    uint64_t bytes = layout.getTypeAllocSize(variable.getValueType());
    program.variables.push_back(
        {variable.getName().str(), bytes, !variable.isConstant(), nullptr});
  }
}

static uint64_t countLocalBytes(const Module &module) {
  const DataLayout &layout = module.getDataLayout();
  uint64_t bytes = 0;
  for (const Function &function : module)
    for (const BasicBlock &block : function)
      for (const Instruction &instruction : block)
        if (const auto *local = dyn_cast<AllocaInst>(&instruction))
          if (std::optional<TypeSize> size = local->getAllocationSize(layout))
            bytes += size->getFixedValue() + local->getAlign().value();
  return bytes;
}

Expected<HostProgram> seednorm::emulator::rewriteForHost(Module &module) {
  HostProgram program;
  SmallVector<KernelSource> sources = collectKernels(module, program);
  cleanModule(module);
  {
    SiteTable sites(module, program);
    lowerInlinePTX(module, sites);
    instrumentMemory(module, sites);
    lowerIntrinsics(module, sites);
  }
  if (Error error = lowerSharedVariables(module, program.shared))
    return std::move(error);
  exportVariables(module, program);
  lowerBFloatConversions(module);
  for (auto [source, kernel] : zip_equal(sources, program.kernels))
    buildEntry(*source.function, kernel.entrySymbol, source.byValueTypes);
  program.localBytes = countLocalBytes(module);

  std::string message;
  raw_string_ostream stream(message);
  if (verifyModule(module, &stream))
    return createStringError("the module rewritten for the host is invalid: " +
                             message);
  return program;
}
