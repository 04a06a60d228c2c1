//===- StaticModelTest.cpp - Predictions for code written by hand ---------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which loop is the one over rows, how many rows a trip has, and how often
// loops over columns run, where the answers are known.
//
//===----------------------------------------------------------------------===//

#include "StaticModel.h"

#include "llvm/ADT/StringExtras.h"

#include "gtest/gtest.h"

using namespace seednorm;

static SASSKernel parse(llvm::StringRef lines) {
  std::string text = "\t.section\t.text.kernel,\"ax\",@progbits\n";
  for (llvm::StringRef line : llvm::split(lines.trim(), '\n')) {
    line = line.trim();
    text += line.ends_with(":") ? line.str() : "/*0000*/ " + line.str() + " ;";
    text += '\n';
  }
  return parseSASS(text)["kernel"];
}

/// Rows of 1024 f32 that 256 threads read once and write once.
static KernelReport makeReport(int64_t persistentBlocks) {
  KernelReport report;
  report.columns = 1024;
  report.minimumRowBytesPerElement = report.rowBytesPerElement = 8;
  report.rowBytesReadPerElement = report.rowBytesWrittenPerElement = 4;
  report.threadsPerBlock = 256;
  report.rowsPerBlock = 1;
  report.elementsPerThread = report.slotsPerThread = 4;
  report.persistentBlocks = persistentBlocks;
  report.blocksPerSM = 4;
  return report;
}

static KernelModel model(llvm::StringRef lines, const KernelReport &report) {
  std::optional<KernelModel> found =
      modelKernel(parse(lines), report, "sm_90a");
  EXPECT_TRUE(found.has_value());
  return found.value_or(KernelModel());
}

TEST(StaticModel, ABlockForEachRowIsOneTrip) {
  KernelModel found = model(R"(
    LDG.E.128 R4, desc[UR4][R2.64]
    FADD R4, R4, R5
    STG.E.128 desc[UR4][R2.64], R4
    EXIT)",
                            makeReport(0));
  EXPECT_FALSE(found.persistent);
  EXPECT_EQ(found.rowInstructions, 4);
  EXPECT_EQ(found.otherInstructions, 0);
  EXPECT_EQ(found.instructionsPerElement, 1);
  ASSERT_EQ(found.cards.size(), 2u);
  const CardPrediction &h100 = found.cards[0];
  // 4 instructions of 8 warps at 4 a cycle; 8 KiB at a 132nd of 0.9 * 3.35
  // TB/s.
  double copyCycles = 8192 / (0.9 * 3.35e12 / 1.98e9 / 132);
  EXPECT_NEAR(h100.issuePart, 8 / copyCycles, 1e-9);
  // A load and a store of four wavefronts each.
  EXPECT_EQ(h100.unit, "memory");
  EXPECT_NEAR(h100.unitPart, 64 / copyCycles, 1e-9);
  // Four blocks have a row of 4 KiB each on the way.
  EXPECT_EQ(h100.bytesInFlight, 4 * 4096);
  EXPECT_NEAR(h100.bytesInFlightNeeded,
              0.9 * 3.35e12 * 2 * 479 / 1.98e9 / 132 / 2, 1e-6);
}

TEST(StaticModel, FewBlocksAreLimitedByLatency) {
  KernelReport report = makeReport(0);
  report.blocksPerSM = 1;
  KernelModel found = model(R"(
    LDG.E.128 R4, desc[UR4][R2.64]
    FADD R4, R4, R5
    STG.E.128 desc[UR4][R2.64], R4
    EXIT)",
                            report);
  const CardPrediction &h100 = found.cards[0];
  EXPECT_EQ(h100.limit, "latency");
  // The load, the sum, and the slots of the store and the exit.
  double cycles = 2 * 479 + 4 + 2;
  double copyCycles = 8192 / (0.9 * 3.35e12 / 1.98e9 / 132);
  EXPECT_NEAR(h100.copyPart, copyCycles / cycles, 1e-9);
}

TEST(StaticModel, TheRowLoopIsNoLoopThatCopies) {
  // Parameters into shared memory before, sums into memory behind.
  KernelModel found = model(R"(
    COPY:
    LDG.E.128 R4, desc[UR4][R2.64]
    LDG.E.128 R8, desc[UR4][R2.64+0x10]
    LDG.E.128 R12, desc[UR4][R2.64+0x20]
    STS.128 [R1], R4
    @P0 BRA `(COPY)
    ROWS:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    @P1 BRA `(ROWS)
    SUMS:
    STG.E.128 desc[UR4][R2.64], R4
    STG.E.128 desc[UR4][R2.64+0x10], R4
    STG.E.128 desc[UR4][R2.64+0x20], R4
    @P2 BRA `(SUMS)
    EXIT)",
                            makeReport(132));
  EXPECT_TRUE(found.persistent);
  EXPECT_EQ(found.rowInstructions, 3);
  EXPECT_EQ(found.otherInstructions, 10);
  EXPECT_EQ(found.rowsPerTrip, 1);
  // 16384 rows of 1024 columns on 132 blocks.
  EXPECT_NEAR(found.tripsPerBlock, 16384 / 132.0, 1e-9);
  EXPECT_EQ(found.rowInstructionsPerElement, 0.75);
  EXPECT_NEAR(found.instructionsPerElement, 0.75 + 10 / found.tripsPerBlock / 4,
              1e-12);
}

TEST(StaticModel, AnUnrolledRowLoopHasSeveralRowsATrip) {
  KernelModel found = model(R"(
    TWO:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    LDG.E.128 R4, desc[UR4][R2.64+0x1000]
    STG.E.128 desc[UR4][R2.64+0x1000], R4
    @P0 BRA `(TWO)
    @P1 EXIT
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    EXIT)",
                            makeReport(132));
  EXPECT_EQ(found.rowsPerTrip, 2);
  EXPECT_EQ(found.rowInstructions, 5);
  EXPECT_EQ(found.rowInstructionsPerElement, 5 / 8.0);
  EXPECT_EQ(found.otherInstructions, 4);
}

TEST(StaticModel, StoresToOtherBlocksOfAClusterAreOfNoRow) {
  // Rows of bf16: 8 bytes a row, and 4 for each of two sums.
  KernelReport report = makeReport(66);
  report.rowBytesReadPerElement = report.rowBytesWrittenPerElement = 2;
  KernelModel found = model(R"(
    ROWS:
    LDG.E.64 R4, desc[UR4][R2.64]
    ST.E [R36], R4
    ST.E [R36+0x4], R5
    STG.E.64 desc[UR4][R2.64], R4
    @P0 BRA `(ROWS)
    EXIT)",
                            report);
  EXPECT_EQ(found.rowsPerTrip, 1);
  EXPECT_EQ(found.rowInstructionsPerElement, 5 / 4.0);
}

TEST(StaticModel, SumsInGlobalMemoryAreOfNoOtherRow) {
  KernelReport report = makeReport(132);
  report.globalSumBytesPerElement = 4;
  KernelModel found = model(R"(
    ROWS:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    LDG.E.128 R8, desc[UR4][R10.64]
    STG.E.128 desc[UR4][R10.64], R8
    @P0 BRA `(ROWS)
    EXIT)",
                            report);
  EXPECT_EQ(found.rowsPerTrip, 1);
  // The same in a loop over the columns of a row, four of eight at a time.
  report.columns = 2048;
  report.elementsPerThread = report.slotsPerThread = 8;
  found = model(R"(
    ROWS:
    MOV R0, RZ
    CHUNKS:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    LDG.E.128 R8, desc[UR4][R10.64]
    STG.E.128 desc[UR4][R10.64], R8
    @P0 BRA `(CHUNKS)
    @P1 BRA `(ROWS)
    EXIT)",
                report);
  EXPECT_EQ(found.columnTrips, 2);
}

TEST(StaticModel, SlotsBehindTheEndOfARowAreOfNoOtherRow) {
  // 260 columns: a thread has one or two, and code for two.
  KernelReport report = makeReport(132);
  report.columns = 260;
  report.elementsPerThread = 260 / 256.0;
  report.slotsPerThread = 2;
  KernelModel found = model(R"(
    ROWS:
    LDG.E R4, desc[UR4][R2.64]
    @P1 LDG.E R5, desc[UR4][R2.64+0x400]
    STG.E desc[UR4][R2.64], R4
    @P1 STG.E desc[UR4][R2.64+0x400], R5
    @P0 BRA `(ROWS)
    EXIT)",
                            report);
  EXPECT_EQ(found.rowsPerTrip, 1);
}

TEST(StaticModel, LoopsOverColumnsRunAsOftenAsARowNeeds) {
  // 16 elements a thread, four in each chunk; a pass for sums, one to apply
  // them.
  KernelReport report = makeReport(0);
  report.columns = 4096;
  report.elementsPerThread = report.slotsPerThread = 16;
  llvm::StringRef lines = R"(
    MOV R0, RZ
    SUM:
    LDG.E.128 R4, desc[UR4][R2.64]
    FADD R0, R0, R4
    @P0 BRA `(SUM)
    WAIT:
    ISETP.GE.AND P2, PT, R0, R1, PT
    @P2 BRA `(WAIT)
    APPLY:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    @P1 BRA `(APPLY)
    EXIT)";
  KernelModel found = model(lines, report);
  EXPECT_EQ(found.columnTrips, 4);
  EXPECT_EQ(found.rowInstructions, 2 + 2 + 4 * 3 + 4 * 3);
  EXPECT_EQ(found.instructionsPerElement, 28 / 16.0);
}

TEST(StaticModel, RowsInALoopWithLoopsOverColumns) {
  KernelReport report = makeReport(132);
  report.columns = 2048;
  report.elementsPerThread = report.slotsPerThread = 8;
  KernelModel found = model(R"(
    ROWS:
    MOV R0, RZ
    CHUNKS:
    LDG.E.128 R4, desc[UR4][R2.64]
    STG.E.128 desc[UR4][R2.64], R4
    @P0 BRA `(CHUNKS)
    @P1 BRA `(ROWS)
    EXIT)",
                            report);
  EXPECT_EQ(found.columnTrips, 2);
  EXPECT_EQ(found.rowsPerTrip, 1);
  EXPECT_EQ(found.rowInstructions, 2 + 2 * 3);
  EXPECT_EQ(found.otherInstructions, 1);
}

TEST(StaticModel, ThereIsNoneWithoutCountedBytes) {
  KernelReport report = makeReport(0);
  report.rowBytesPerElement = -1;
  EXPECT_FALSE(modelKernel(parse("EXIT"), report, "sm_90a"));
  EXPECT_TRUE(model("EXIT", makeReport(0)).cards.size() == 2);
  EXPECT_TRUE(
      modelKernel(parse("EXIT"), makeReport(0), "sm_120")->cards.empty());
}
