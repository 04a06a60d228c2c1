//===- TargetCPUTest.cpp - Tests of what is said of processors ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This machine, others by their names, and whether their code runs here.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/TargetCPU.h"

#include "CompileForCPU.h"

#include "seednorm/Runtime/CPUFeatures.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"
#include "gtest/gtest.h"

using namespace seednorm;

namespace {

TEST(HostCPU, KnowsItsVectors) {
  TargetCPU cpu = getHostCPU();
  EXPECT_FALSE(cpu.name.empty());
  EXPECT_EQ(cpu.architecture, runtime::getCPUArchitecture());
  EXPECT_NE(cpu.features.find('+'), std::string::npos);
  EXPECT_TRUE(cpu.vectorBytes == 16 || cpu.vectorBytes == 32 ||
              cpu.vectorBytes == 64);
}

// A package says by LLVM's names what the run-time library looks for itself.
TEST(HostCPU, HasTheFeaturesThatLLVMFinds) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  for (const std::string &name :
       runtime::getKnownCPUFeatures(runtime::getCPUArchitecture())) {
    EXPECT_TRUE(features.contains(name)) << name;
    EXPECT_EQ(runtime::hasCPUFeature(name), features.lookup(name)) << name;
  }
  EXPECT_GT(getHostCPU().needed.size(), 1u);
}

TEST(HostCPU, RunsItsOwnCode) {
  llvm::Error error = checkRunsHere(getHostCPU());
  EXPECT_FALSE(bool(error));
}

struct Case {
  const char *name, *architecture;
  int64_t vectorBytes;
  bool hasBFloat16, hasMaskedStores;
};

class NamedCPU : public testing::TestWithParam<Case> {};

TEST_P(NamedCPU, IsAsLLVMSays) {
  const Case &expected = GetParam();
  llvm::Expected<TargetCPU> cpu = lookupTargetCPU(expected.name);
  ASSERT_TRUE(bool(cpu)) << llvm::toString(cpu.takeError());
  EXPECT_EQ(cpu->architecture, expected.architecture);
  EXPECT_EQ(cpu->vectorBytes, expected.vectorBytes);
  EXPECT_EQ(cpu->hasBFloat16, expected.hasBFloat16);
  EXPECT_EQ(cpu->hasMaskedStores, expected.hasMaskedStores);
}

INSTANTIATE_TEST_SUITE_P(
    Some, NamedCPU,
    testing::Values(Case{"x86-64", "x86_64", 16, false, false},
                    Case{"x86-64-v2", "x86_64", 16, false, false},
                    Case{"sandybridge", "x86_64", 32, false, true},
                    Case{"x86-64-v3", "x86_64", 32, false, true},
                    Case{"sierraforest", "x86_64", 32, true, true},
                    Case{"skylake-avx512", "x86_64", 64, false, true},
                    Case{"sapphirerapids", "x86_64", 64, true, true},
                    Case{"znver4", "x86_64", 64, true, true},
                    Case{"aarch64", "aarch64", 16, false, false},
                    Case{"neoverse-n1", "aarch64", 16, false, false},
                    Case{"neoverse-v2", "aarch64", 16, true, true},
                    Case{"apple-m1", "aarch64", 16, false, false}));

std::string getRefusal(llvm::StringRef name) {
  return llvm::toString(lookupTargetCPU(name).takeError());
}

TEST(NamedCPUs, AreRefusedWithWhatIsNear) {
  EXPECT_EQ(getRefusal("neoverse-n4"),
            "expects a processor of x86-64 or AArch64 by LLVM's name, as "
            "x86-64-v3, znver4, aarch64 or neoverse-n1, but got 'neoverse-n4'; "
            "near it are neoverse-n1, neoverse-n2, neoverse-n3");
  // Not of 64 bits; of no architecture; far from all.
  EXPECT_NE(getRefusal("pentium4"), "");
  EXPECT_NE(getRefusal("generic"), "");
  EXPECT_EQ(getRefusal("").find("near"), std::string::npos);
}

// What a package says it needs is all that its code can use, so that no
// processor takes code that it stumbles over.
TEST(NamedCPUs, UseNoFeatureThatTheRuntimeCannotLookFor) {
  llvm::SmallVector<llvm::StringRef> names;
  llvm::X86::fillValidCPUArchList(names, /*Only64Bit=*/true);
  llvm::AArch64::fillValidCPUArchList(names);
  llvm::erase(names, "generic");
  for (llvm::StringRef name : names) {
    llvm::Expected<TargetCPU> cpu = lookupTargetCPU(name);
    ASSERT_TRUE(bool(cpu)) << llvm::toString(cpu.takeError());
    std::vector<std::string> known =
        runtime::getKnownCPUFeatures(cpu->architecture);
    for (const std::string &feature : cpu->needed)
      EXPECT_TRUE(llvm::is_contained(known, feature)) << feature;
  }
  // Registers of APX, which it does not know.
  EXPECT_NE(lookupTargetCPU("diamondrapids")->features.find("-egpr"),
            std::string::npos);
}

TEST(NamedCPUs, RunWhereTheirFeaturesAre) {
  TargetCPU cpu = getHostCPU();
  cpu.needed.push_back("no-such-feature");
  EXPECT_NE(llvm::toString(checkRunsHere(cpu)).find("lacks no-such-feature"),
            std::string::npos);
  bool isX86 = cpu.architecture == "x86_64";
  llvm::Expected<TargetCPU> other =
      lookupTargetCPU(isX86 ? "neoverse-n1" : "znver4");
  ASSERT_TRUE(bool(other)) << llvm::toString(other.takeError());
  EXPECT_EQ(llvm::toString(checkRunsHere(*other)),
            "expects a processor of " + other->architecture +
                " to run code for it, but this one is of " + cpu.architecture);
}

} // namespace
