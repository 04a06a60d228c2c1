//===- HostJITTest.cpp - Tests of the JIT and the machine's description ---===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lookups, code generation options, symbols, and what goes wrong.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Object/ObjectFile.h"
#include "gtest/gtest.h"

#include <random>
#include <thread>

using namespace seednorm;

namespace {

constexpr llvm::StringLiteral kAdd = R"mlir(
  llvm.func @add(%a: f32, %b: f32) -> f32 {
    %0 = llvm.fadd %a, %b : f32
    llvm.return %0 : f32
  }
)mlir";

using Binary = float (*)(float, float);

// What code calls for floats of 16 bits rounds as LLVM does.
TEST(HostImports, RoundAsLLVM) {
  struct Case {
    const char *name;
    const llvm::fltSemantics &semantics;
  };
  std::mt19937_64 random(1);
  for (const Case &own : {Case{"__truncdfbf2", llvm::APFloat::BFloat()},
                          Case{"__truncdfhf2", llvm::APFloat::IEEEhalf()}}) {
    auto *function =
        reinterpret_cast<float (*)(double)>(runtime::findImport(own.name));
    for (int trial = 0; trial < 200000; ++trial) {
      uint64_t bits = random();
      // A third near the range of f16, a third with few digits: ties.
      if (trial % 3 != 0)
        bits = (bits & 0x800fffffffffffff) | (996 + bits % 56) << 52;
      if (trial % 3 == 2)
        bits &= ~uint64_t(0) << (30 + bits % 16);
      auto value = llvm::bit_cast<double>(bits);
      llvm::APFloat exact(value);
      bool inexact;
      exact.convert(own.semantics, llvm::APFloat::rmNearestTiesToEven,
                    &inexact);
      uint32_t got = llvm::bit_cast<uint32_t>(function(value)) & 0xffff;
      ASSERT_EQ(got, exact.bitcastToAPInt().getZExtValue())
          << own.name << ' ' << value;
    }
  }
}

TEST(HostImports, ConvertF16AsLLVM) {
  auto *extend =
      reinterpret_cast<float (*)(float)>(runtime::findImport("__extendhfsf2"));
  auto *truncate =
      reinterpret_cast<float (*)(float)>(runtime::findImport("__truncsfhf2"));
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    llvm::APFloat exact(llvm::APFloat::IEEEhalf(), llvm::APInt(16, bits));
    bool inexact;
    exact.convert(llvm::APFloat::IEEEsingle(),
                  llvm::APFloat::rmNearestTiesToEven, &inexact);
    float wide = extend(llvm::bit_cast<float>(bits));
    ASSERT_EQ(llvm::bit_cast<uint32_t>(wide),
              exact.bitcastToAPInt().getZExtValue())
        << bits;
    if (!exact.isNaN())
      ASSERT_EQ(llvm::bit_cast<uint32_t>(truncate(wide)) & 0xffff, bits);
  }
}

TEST(HostJIT, CallsFunctionsDirectlyAndPacked) {
  auto jit = compileLLVM(kAdd);
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto add = (*jit)->lookup("add");
  ASSERT_TRUE(bool(add)) << llvm::toString(add.takeError());
  EXPECT_EQ(reinterpret_cast<Binary>(*add)(1.5f, 2.0f), 3.5f);

  auto packed = (*jit)->lookupPacked("add");
  ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
  float a = 1.0f, b = 2.0f, result = 0.0f;
  void *arguments[] = {&a, &b, &result};
  (*packed)(arguments);
  EXPECT_EQ(result, 3.0f);
}

TEST(HostJIT, NamesWhatItDoesNotFind) {
  auto jit = compileLLVM(kAdd);
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto missing = (*jit)->lookup("subtract");
  ASSERT_FALSE(bool(missing));
  EXPECT_NE(llvm::toString(missing.takeError()).find("subtract"),
            std::string::npos);
}

TEST(HostJIT, RefusesOtherDialects) {
  auto jit = compileLLVM("func.func @f() { return }");
  ASSERT_FALSE(bool(jit));
  llvm::consumeError(jit.takeError());
}

TEST(HostJIT, OptimizesOnRequest) {
  CPUCodeOptions options;
  options.optLevel = 3;
  auto jit = compileLLVM(kAdd, options);
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto add = (*jit)->lookup("add");
  ASSERT_TRUE(bool(add)) << llvm::toString(add.takeError());
  EXPECT_EQ(reinterpret_cast<Binary>(*add)(1.5f, 2.0f), 3.5f);
}

TEST(HostJIT, CompilesInSeveralThreads) {
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (float &result : results)
    threads.emplace_back([&result] {
      auto jit = compileLLVM(kAdd);
      if (!jit)
        return llvm::consumeError(jit.takeError());
      if (auto add = (*jit)->lookup("add"))
        result = reinterpret_cast<Binary>(*add)(1.0f, 2.0f);
      else
        llvm::consumeError(add.takeError());
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(results, std::vector<float>(4, 3.0f));
}

// A multiplication and the addition of its result are one instruction where the
// machine has it: results of compiler and machine then agree everywhere.
TEST(HostJIT, ContractsMultiplyAdd) {
  auto jit = compileLLVM(R"mlir(
    llvm.func @square_minus(%a: f32, %b: f32) -> f32 {
      %0 = llvm.fmul %a, %a : f32
      %1 = llvm.fsub %0, %b : f32
      llvm.return %1 : f32
    }
  )mlir");
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto function = (*jit)->lookup("square_minus");
  ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
  float a = 1.0f + 0x1p-12f;
  float rounded = a * a;
  float remainder = reinterpret_cast<Binary>(*function)(a, rounded);
  if (getHostCPU().features.find("+fma") != std::string::npos)
    EXPECT_EQ(remainder, 0x1p-24f);
}

// LLVM calls a function of libgcc here on machines without bf16.
TEST(HostJIT, RoundsToBFloat16Anywhere) {
  auto jit = compileLLVM(R"mlir(
    llvm.func @__truncdfbf2(f64) -> bf16
    llvm.func @round(%a: f64) -> bf16 {
      %0 = llvm.call @__truncdfbf2(%a) : (f64) -> bf16
      llvm.return %0 : bf16
    }
    llvm.func @bits(%a: f64) -> i16 {
      %0 = llvm.call @round(%a) : (f64) -> bf16
      %1 = llvm.bitcast %0 : bf16 to i16
      llvm.return %1 : i16
    }
  )mlir");
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto bits = (*jit)->lookup("bits");
  ASSERT_TRUE(bool(bits)) << llvm::toString(bits.takeError());
  auto round = reinterpret_cast<uint16_t (*)(double)>(*bits);
  EXPECT_EQ(round(1.0), 0x3f80);
  EXPECT_EQ(round(1.0 + 0x1p-8), 0x3f80);           // A tie, to even.
  EXPECT_EQ(round(1.0 + 3 * 0x1p-8), 0x3f82);       // A tie, to even.
  EXPECT_EQ(round(1.0 + 0x1p-8 + 0x1p-40), 0x3f81); // Above it: rounded once.
}

/// The functions that an object file defines.
std::vector<std::string> getFunctions(const std::string &object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return {llvm::toString(file.takeError())};
  std::vector<std::string> names;
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols())
    if (llvm::cantFail(symbol.getType()) ==
        llvm::object::SymbolRef::ST_Function)
      names.push_back(llvm::cantFail(symbol.getName()).str());
  llvm::sort(names);
  return names;
}

// What only the exported function calls is part of it; what another one calls
// too, or is handed over, is not.
TEST(HostObject, HasFewFunctions) {
  constexpr llvm::StringLiteral text = R"mlir(
    llvm.func @twice(%a: f32) -> f32 {
      %0 = llvm.fadd %a, %a : f32
      llvm.return %0 : f32
    }
    llvm.func @once(%a: f32) -> f32 {
      %0 = llvm.call @twice(%a) : (f32) -> f32
      %1 = llvm.call @twice(%0) : (f32) -> f32
      llvm.return %1 : f32
    }
    llvm.func @body(%a: !llvm.ptr, %begin: i64, %end: i64) {
      llvm.return
    }
    llvm.func @seednorm_parallel_for(!llvm.ptr, !llvm.ptr, i64, i64)
    llvm.func @entry(%a: f32, %n: i64) -> f32 {
      %0 = llvm.mlir.addressof @body : !llvm.ptr
      llvm.call @seednorm_parallel_for(%0, %0, %n, %n) : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
      %1 = llvm.call @once(%a) : (f32) -> f32
      llvm.return %1 : f32
    }
  )mlir";
  CPUCodeOptions options;
  options.exports = {"entry"};
  auto object = emitObject(text, options);
  ASSERT_TRUE(bool(object)) << llvm::toString(object.takeError());
  EXPECT_EQ(getFunctions(*object),
            (std::vector<std::string>{"_mlir_entry", "body", "twice"}));
  auto all = emitObject(text, {});
  ASSERT_TRUE(bool(all)) << llvm::toString(all.takeError());
  EXPECT_EQ(getFunctions(*all).size(), 8u);
}

TEST(HostAssembly, IsText) {
  auto text = emitAssembly(kAdd);
  ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
  EXPECT_NE(text->find("add:"), std::string::npos);
}

} // namespace
