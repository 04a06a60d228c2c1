//===- NVPTXTest.cpp - Architectures, occupancy and machine code ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What needs no tool of NVIDIA's: the table of chips, occupancy from its
// limits, and the reading of a disassembly.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/Architecture.h"
#include "seednorm/Target/NVPTX/PTXAssembler.h"

#include "gtest/gtest.h"

using namespace seednorm;

TEST(Architecture, UnknownChipsAreRefusedWithTheList) {
  for (llvm::StringRef chip : {"", "sm_", "sm_91", "sm_90A", "90", "sm_9999"}) {
    auto found = lookupNVPTXArchitecture(chip);
    ASSERT_FALSE(bool(found));
    std::string message = llvm::toString(found.takeError());
    EXPECT_NE(message.find("sm_80, sm_86"), std::string::npos) << message;
    EXPECT_NE(message.find("got '" + chip.str() + "'"), std::string::npos);
  }
}

TEST(Architecture, KnownChipsAreFound) {
  for (const NVPTXArchitecture &entry : getNVPTXArchitectures()) {
    auto found = lookupNVPTXArchitecture(entry.chip);
    ASSERT_TRUE(bool(found));
    EXPECT_EQ(*found, &entry);
  }
}

TEST(Architecture, OccupancyIsTheTightestLimit) {
  const NVPTXArchitecture &h100 =
      *llvm::cantFail(lookupNVPTXArchitecture("sm_90"));
  // Threads: 2048 of them.
  EXPECT_EQ(getOccupancy(h100, 256, 32, 0).blocksPerSM, 8);
  // Registers: 256 * 65 rounds up to 8 warps of 2304, of 65536.
  EXPECT_EQ(getOccupancy(h100, 256, 65, 0).blocksPerSM, 3);
  // Blocks: 32 at most, however small.
  EXPECT_EQ(getOccupancy(h100, 32, 16, 0).blocksPerSM, 32);
  // Shared memory: 48 KiB and the system's 1 KiB, of 228 KiB.
  EXPECT_EQ(getOccupancy(h100, 128, 32, 48 * 1024).blocksPerSM, 4);
  const NVPTXArchitecture &ada =
      *llvm::cantFail(lookupNVPTXArchitecture("sm_89"));
  EXPECT_EQ(getOccupancy(ada, 256, 32, 0).blocksPerSM, 6);
}

TEST(Architecture, OccupancyNamesItsLimit) {
  const NVPTXArchitecture &h100 =
      *llvm::cantFail(lookupNVPTXArchitecture("sm_90"));
  EXPECT_EQ(getOccupancy(h100, 256, 16, 0).limit, "threads");
  EXPECT_EQ(getOccupancy(h100, 256, 65, 0).limit, "registers");
  EXPECT_EQ(getOccupancy(h100, 32, 16, 0).limit, "blocks");
  EXPECT_EQ(getOccupancy(h100, 128, 32, 48 * 1024).limit, "shared memory");
  // 2048 threads have all 65536 registers.
  EXPECT_EQ(getOccupancy(h100, 256, 32, 0).limit, "threads and registers");
  // Not even one block.
  EXPECT_EQ(getOccupancy(h100, 1024, 255, 0).blocksPerSM, 0);
}

static constexpr llvm::StringLiteral kDisassembly = R"(
	.section	.nv.info.first,"",@"SHT_CUDA_INFO"
        /*0000*/                   LDG.E R2, desc[UR4][R2.64] ;
//--------------------- .text.first  --------------------------
	.section	.text.first,"ax",@progbits
.text.first:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
        /*0010*/              @!P0 LDG.E.128.CONSTANT R4, desc[UR4][R2.64] ;
        /*0020*/               @P1 BRA `(.L_x_1) ;
.L_x_2:
        /*0030*/                   FFMA R0, R1, R2, R3 ;
        /*0040*/                   FFMA.FTZ R0, R1, R2, R3 ;
.L_x_1:
        /*0050*/                   BRA `(.L_x_2) ;
        /*0060*/                   EXIT ;
.L_x_3:
        /*0070*/                   BRA `(.L_x_3);
        /*0080*/                   NOP;
	.section	.text.second,"ax",@progbits
        /*0000*/                   EXIT ;
	.section	.symtab
        /*0000*/                   FFMA R0, R1, R2, R3 ;
)";

TEST(Disassembly, CountsEachKernelWithoutPadding) {
  auto counts = countInstructions(kDisassembly);
  ASSERT_EQ(counts.size(), 2u);
  std::map<std::string, int64_t> first = {
      {"LDC", 1}, {"LDG", 1}, {"BRA", 2}, {"FFMA", 2}, {"EXIT", 1}};
  EXPECT_EQ(counts["first"], first);
  std::map<std::string, int64_t> second = {{"EXIT", 1}};
  EXPECT_EQ(counts["second"], second);
}

TEST(Tools, AMissingToolSaysHowToGetIt) {
  auto found = findCUDATool("ptxas", "/nonexistent/ptxas");
  ASSERT_FALSE(bool(found));
  EXPECT_EQ(llvm::toString(found.takeError()),
            "'/nonexistent/ptxas', given as ptxas, is no executable file");
}
