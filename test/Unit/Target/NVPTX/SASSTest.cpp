//===- SASSTest.cpp - Control flow and issue model of machine code --------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code written by hand, so that what a loop executes, costs and waits for is
// known without the model.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/IssueModel.h"

#include "llvm/ADT/StringExtras.h"

#include "gtest/gtest.h"

using namespace seednorm;

static const GPUCard &getH100() {
  for (const GPUCard &card : getGPUCards())
    if (card.name == "H100")
      return card;
  ADD_FAILURE() << "no H100";
  return getGPUCards().front();
}

/// A kernel of lines such as "LOOP:" and "@P0 BRA `(LOOP)".
static SASSKernel parse(llvm::StringRef lines) {
  std::string text = "\t.section\t.text.kernel,\"ax\",@progbits\n"
                     "\t.sectioninfo\t@\"SHI_REGISTERS=64\"\n";
  for (llvm::StringRef line : llvm::split(lines.trim(), '\n')) {
    line = line.trim();
    text += line.ends_with(":") ? line.str() : "/*0000*/ " + line.str() + " ;";
    text += "\n        /* 0x000fe20000000f00 */\n";
  }
  return parseSASS(text)["kernel"];
}

/// Instructions of each loop that are in no inner one, those of none at the
/// end.
static std::vector<double> count(llvm::StringRef lines) {
  SASSKernel kernel = parse(lines);
  std::vector<double> counts;
  for (const IssueCounts &count :
       countIssues(kernel, SASSControlFlow(kernel), getH100()))
    counts.push_back(count.instructions);
  return counts;
}

using Counts = std::vector<double>;

TEST(SASS, ReadsGuardsModifiersAndTargets) {
  SASSKernel kernel = parse(R"(
    START:
    @!P0 LDG.E.128.CONSTANT R4, desc[UR4][R2.64+0x10]
    @UP1 BRA !P2, `(START)
    BRX R2 -0x50 (*"BRANCH_TARGETS START,END"*)
    END:
    EXIT
    TRAP:
    BRA `(TRAP)
    NOP)");
  ASSERT_EQ(kernel.instructions.size(), 4u);
  const SASSInstruction &load = kernel.instructions[0];
  EXPECT_EQ(load.guard, "!P0");
  EXPECT_EQ(load.opcode, "LDG");
  EXPECT_TRUE(load.has("CONSTANT"));
  EXPECT_FALSE(load.has("CONST"));
  EXPECT_EQ(load.operands, "R4, desc[UR4][R2.64+0x10]");
  EXPECT_EQ(load.getAccessBytes(), 16);
  EXPECT_EQ(kernel.instructions[1].targets, (llvm::SmallVector<int64_t, 1>{0}));
  EXPECT_TRUE(kernel.instructions[1].isConditional());
  EXPECT_EQ(kernel.instructions[2].targets,
            (llvm::SmallVector<int64_t, 1>{0, 3}));
  EXPECT_FALSE(kernel.instructions[2].isConditional());
}

TEST(SASS, StraightCodeHasNoLoop) {
  EXPECT_EQ(count(R"(
    LDG.E R0, desc[UR4][R2.64]
    @P0 BRA `(SKIP)
    FADD R0, R0, R0
    SKIP:
    STG.E desc[UR4][R2.64], R0
    EXIT)"),
            Counts{5});
}

TEST(SASS, APredicatedBackwardBranchIsALoop) {
  EXPECT_EQ(count(R"(
    MOV R0, RZ
    LOOP:
    FADD R0, R0, R1
    ISETP.GE.AND P0, PT, R0, R1, PT
    @!P0 BRA `(LOOP)
    STG.E desc[UR4][R2.64], R0
    EXIT)"),
            (Counts{3, 3}));
}

TEST(SASS, AnExitInTheMiddleKeepsTheWholeLoop) {
  // An unconditional branch back, as of a while loop.
  EXPECT_EQ(count(R"(
    LOOP:
    @P0 BRA `(END)
    FADD R0, R0, R1
    @P1 EXIT
    FADD R0, R0, R1
    BRA `(LOOP)
    END:
    EXIT)"),
            (Counts{5, 1}));
}

TEST(SASS, NestedLoopsAreCountedApart) {
  SASSKernel kernel = parse(R"(
    MOV R0, RZ
    OUTER:
    MOV R1, RZ
    MOV R2, RZ
    INNER:
    FADD R0, R0, R1
    @P0 BRA `(INNER)
    SECOND:
    FMUL R0, R0, R1
    FMUL R0, R0, R1
    @P2 BRA `(SECOND)
    @P1 BRA `(OUTER)
    EXIT)");
  SASSControlFlow flow(kernel);
  ASSERT_EQ(flow.loops.size(), 3u);
  EXPECT_EQ(flow.loops[0].parent, -1);
  EXPECT_EQ(flow.loops[1].parent, 0);
  EXPECT_EQ(flow.loops[2].parent, 0);
  EXPECT_TRUE(flow.isInside(1, 0));
  EXPECT_FALSE(flow.isInside(0, 1));
  EXPECT_FALSE(flow.isInside(2, 1));
  std::vector<double> counts;
  for (const IssueCounts &count : countIssues(kernel, flow, getH100()))
    counts.push_back(count.instructions);
  std::sort(counts.begin(), counts.end());
  EXPECT_EQ(counts, (Counts{2, 2, 3, 3}));
}

TEST(SASS, AnUnrolledLoopAndItsRemainderAreTwo) {
  SASSKernel kernel = parse(R"(
    FOUR:
    STG.E.128 desc[UR4][R2.64], R4
    STG.E.128 desc[UR4][R2.64+0x10], R4
    STG.E.128 desc[UR4][R2.64+0x20], R4
    STG.E.128 desc[UR4][R2.64+0x30], R4
    @P0 BRA `(FOUR)
    @P1 BRA `(END)
    ONE:
    STG.E.128 desc[UR4][R2.64], R4
    @P2 BRA `(ONE)
    END:
    EXIT)");
  SASSControlFlow flow(kernel);
  auto counts = countIssues(kernel, flow, getH100());
  ASSERT_EQ(counts.size(), 3u);
  double stored = 0;
  for (const IssueCounts &count : counts)
    stored = std::max(stored, count.bytesStored);
  EXPECT_EQ(stored, 64);
  EXPECT_EQ(counts[0].bytesStored + counts[1].bytesStored, 80);
  EXPECT_EQ(counts[2].instructions, 2);
}

TEST(SASS, ATailWhosePredicateIsOffCostsItsSlots) {
  EXPECT_EQ(count(R"(
    LDG.E R0, desc[UR4][R2.64]
    @!PT LDG.E R1, desc[UR4][R2.64+0x80]
    @P0 FADD R0, R0, R1
    @P0 STG.E desc[UR4][R2.64], R0
    EXIT)"),
            Counts{5});
}

TEST(SASS, ASlowPathIsCold) {
  // As divisions have it: the call is passed by on the way to the store.
  EXPECT_EQ(count(R"(
    BSSY B0, `(MEET)
    @!P0 BRA `(FAST)
    MOV R2, 0x1140
    CALL.REL.NOINC `(slowpath)
    MOV R98, R63
    FAST:
    BSYNC B0
    MEET:
    STG.E desc[UR4][R2.64], R98
    EXIT
    slowpath:
    LOOP:
    FADD R63, R63, R63
    @P1 BRA `(LOOP)
    RET.REL.NODEC R2 `(kernel))"),
            (Counts{0, 5}));
}

TEST(SASS, AFunctionThatIsAlwaysCalledCounts) {
  EXPECT_EQ(count(R"(
    @P0 EXIT
    MOV R2, 0x1140
    CALL.REL.NOINC `(function)
    STG.E desc[UR4][R2.64], R98
    EXIT
    function:
    FADD R98, R98, R98
    RET.REL.NODEC R2 `(kernel))"),
            Counts{7});
}

TEST(SASS, LanesThatDivergedAreRare) {
  EXPECT_EQ(count(R"(
    BRA.DIV UR4, `(APART)
    SHFL.BFLY PT, R1, R0, 0x10, 0x1f
    JOIN:
    STG.E desc[UR4][R2.64], R1
    EXIT
    APART:
    WARPSYNC.COLLECTIVE R3, `(JOIN)
    SHFL.BFLY PT, R1, R0, 0x10, 0x1f
    BRA `(JOIN))"),
            Counts{4});
}

TEST(SASS, LanesMeetWhereTheBarrierSays) {
  // BSYNC goes on at the label of its BSSY, not at what stands below it.
  SASSKernel kernel = parse(R"(
    BSSY B0, `(MEET)
    @P0 BRA `(MEET)
    BSYNC B0
    FADD R0, R0, R0
    MEET:
    EXIT)");
  SASSControlFlow flow(kernel);
  int cold = 0;
  for (const SASSBlock &block : flow.blocks)
    cold += block.cold;
  EXPECT_EQ(cold, 1);
}

TEST(IssueModel, WeighsInstructionsByTheirUnits) {
  auto cycles = [](llvm::StringRef line) {
    return getPipeCycles(parse(line).instructions[0], getH100());
  };
  using Cost = std::pair<Pipe, double>;
  EXPECT_EQ(cycles("FFMA R0, R1, R2, R3"), Cost(Pipe::Float, 0.25));
  EXPECT_EQ(cycles("FFMA2 R0, R2, R4, R6"), Cost(Pipe::Float, 0.5));
  EXPECT_EQ(cycles("IMAD R0, R1, R2, R3"), Cost(Pipe::Float, 0.5));
  EXPECT_EQ(cycles("LOP3.LUT R0, R1, R2, R3, 0xc0, !PT"),
            Cost(Pipe::Integer, 0.5));
  EXPECT_EQ(cycles("DFMA R0, R2, R4, R6"), Cost(Pipe::Double, 0.5));
  EXPECT_EQ(cycles("MUFU.RSQ R0, R1"), Cost(Pipe::Special, 2));
  EXPECT_EQ(cycles("SHFL.BFLY PT, R1, R0, 0x10, 0x1f"), Cost(Pipe::Memory, 1));
  EXPECT_EQ(cycles("LDS R0, [R1]"), Cost(Pipe::Memory, 1));
  EXPECT_EQ(cycles("LDG.E.128 R0, desc[UR4][R2.64]"), Cost(Pipe::Memory, 4));
  EXPECT_EQ(cycles("STG.E.U16 desc[UR4][R2.64], R0"), Cost(Pipe::Memory, 1));
  EXPECT_EQ(cycles("UIADD3 UR4, UR4, 0x1, URZ"), Cost(Pipe::Issue, 0.25));
}

TEST(IssueModel, FindsTheUnitThatLimits) {
  SASSKernel kernel = parse(R"(
    FFMA R0, R1, R2, R3
    FFMA R0, R1, R2, R3
    MUFU.RSQ R0, R1
    EXIT)");
  IssueCounts counts =
      countIssues(kernel, SASSControlFlow(kernel), getH100()).back();
  EXPECT_EQ(counts.cycles[int(Pipe::Issue)], 1);
  EXPECT_EQ(counts.cycles[int(Pipe::Float)], 0.5);
  EXPECT_EQ(counts.getLimit(), Pipe::Special);
  EXPECT_EQ(counts.getCycles(), 2);
}

static WarpTimeline simulate(llvm::StringRef lines, double trips = 1,
                             std::optional<int64_t> steady = std::nullopt) {
  SASSKernel kernel = parse(lines);
  return simulateWarp(
      kernel, SASSControlFlow(kernel), getH100(),
      [&](int64_t) { return trips; }, steady);
}

TEST(IssueModel, AWarpWaitsForItsOperands) {
  // 4 + 4 for the results, and one cycle to issue the last.
  EXPECT_EQ(simulate(R"(
    FADD R0, R1, R2
    FADD R3, R0, R2
    FADD R4, R3, R2)")
                .cycles,
            9);
  // Independent ones follow each other.
  EXPECT_EQ(simulate(R"(
    FADD R0, R1, R2
    FADD R3, R1, R2
    FADD R4, R1, R2)")
                .cycles,
            3);
  // A guard, and the second half of a wide result, are waited for.
  EXPECT_EQ(simulate(R"(
    ISETP.GE.AND P0, PT, R1, R2, PT
    @P0 FADD R0, R1, R2)")
                .cycles,
            5);
  EXPECT_EQ(simulate(R"(
    LDS.128 R4, [R1]
    FADD R0, R7, R2)")
                .cycles,
            30);
  // Carries stand behind the result.
  EXPECT_EQ(simulate(R"(
    IADD3 R0, P1, R1, R2, RZ
    IADD3.X R3, R4, R5, RZ, P1, !PT)")
                .cycles,
            5);
}

TEST(IssueModel, CountsLoadsBeforeTheFirstUse) {
  double latency = getH100().latency * getH100().clock;
  WarpTimeline timeline = simulate(R"(
    LDG.E.128 R4, desc[UR4][R2.64]
    LDG.E.128 R8, desc[UR4][R2.64+0x10]
    FADD R12, R4, R4
    LDG.E.64 R14, desc[UR4][R2.64+0x20]
    FADD R13, R14, R8
    STG.E desc[UR4][R2.64], R13
    EXIT)");
  EXPECT_EQ(timeline.bytesInFlight, 32);
  // The third load starts when the first has come.
  EXPECT_NEAR(timeline.cycles, 2 * latency + 1 + 4 + 2, 1e-6);
}

TEST(IssueModel, APrefetchHidesTheLatency) {
  double latency = getH100().latency * getH100().clock;
  // Two rows in turn: what is used was asked for a trip before.
  llvm::StringRef prefetch = R"(
    LDG.E.128 R4, desc[UR4][R2.64]
    LOOP:
    LDG.E.128 R8, desc[UR4][R2.64]
    FADD R12, R4, R4
    STG.E desc[UR4][R2.64], R12
    MOV R4, R8
    MOV R5, R9
    @P0 BRA `(LOOP)
    EXIT)";
  WarpTimeline timeline = simulate(prefetch, 4, 0);
  // The copy waits for the load of the same trip: one latency a trip.
  EXPECT_NEAR(timeline.cycles, latency + 2 + 4 + 4, 8);
  EXPECT_EQ(timeline.bytesInFlight, 32);
  EXPECT_EQ(simulate(prefetch, 1, 0).bytesInFlight, 32);
}
