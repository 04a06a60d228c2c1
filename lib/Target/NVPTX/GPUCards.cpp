//===- GPUCards.cpp - What predictions assume of cards --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table of assumptions, and the rates of instructions.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/IssueModel.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace seednorm;

// Multiprocessors and bandwidth are the data sheets' of A100 80GB SXM (2.039
// TB/s), H100 SXM (3.35), H200 (4.8) and B200 (8.0). A copy moved 3.0 TB/s on
// an H100 and 4.3 on an H200 that we could use, 90 % of those; the others are
// taken to do the same.
//
// Clocks are the boost clocks: the peak f32 rate of the data sheet (19.5, 67,
// 67 and 75 TFLOP/s) over multiprocessors and lanes, two operations each.
//
// A load from idle device memory takes 466 cycles of an A100 and 479 of an H100
// (Luo et al., Benchmarking and Dissecting the Nvidia Hopper GPU Architecture,
// arXiv 2402.13499, table IV). Near the peak bandwidth requests queue: twice
// that is our assumption, for B200 with the H100's cycles.
//
// Rates are those of the CUDA C++ Programming Guide, "Throughput of Native
// Arithmetic Instructions": results per cycle and multiprocessor, for 8.0, 9.0
// and 10.0.
static constexpr double kCopyPart = 0.9, kLoaded = 2;
static constexpr GPUCard kCards[] = {
    {"A100", "sm_80", 108, 1.41e9, 2.039e12 * kCopyPart, 466 / 1.41e9 * kLoaded,
     64, 64, 32, 16},
    {"H100", "sm_90a", 132, 1.98e9, 3.35e12 * kCopyPart, 479 / 1.98e9 * kLoaded,
     128, 64, 64, 64},
    {"H200", "sm_90a", 132, 1.98e9, 4.8e12 * kCopyPart, 479 / 1.98e9 * kLoaded,
     128, 64, 64, 64},
    {"B200", "sm_100a", 148, 1.98e9, 8.0e12 * kCopyPart, 479 / 1.98e9 * kLoaded,
     128, 64, 64, 64},
};

ArrayRef<GPUCard> seednorm::getGPUCards() { return kCards; }

StringRef seednorm::getName(Pipe pipe) {
  static constexpr StringLiteral names[kNumPipes] = {
      "issue", "float", "integer", "double", "special", "memory"};
  return names[int(pipe)];
}

/// The unit by the opcode. What is not listed takes an issue slot only: control
/// flow, barriers, the uniform datapath (U...), constants and special
/// registers.
static Pipe getPipe(StringRef opcode) {
  if (opcode.starts_with("U"))
    return Pipe::Issue;
  return StringSwitch<Pipe>(opcode)
      .Cases({"FADD", "FMUL", "FFMA", "FADD2", "FMUL2", "FFMA2", "FSWZADD"},
             Pipe::Float)
      .Cases({"HADD2", "HMUL2", "HFMA2", "HMNMX2", "HSETP2", "HSET2"},
             Pipe::Float)
      // Nsight Compute's guide: the FMA unit also multiplies integers.
      .Case("IMAD", Pipe::Float)
      .Cases({"IADD3", "IADD", "LEA", "LOP3", "SHF", "SHL", "SHR", "ISETP",
              "IMNMX", "VIMNMX", "VIADD", "SEL", "PRMT", "MOV", "BMSK", "IABS"},
             Pipe::Integer)
      // The comparing and choosing of floats, and packing two into a register.
      .Cases({"FSETP", "FSEL", "FMNMX", "FSET", "FCHK", "F2FP", "PLOP3", "LOP",
              "P2R", "R2P", "SGXT", "CS2R"},
             Pipe::Integer)
      .Cases({"DADD", "DMUL", "DFMA", "DSETP", "DMNMX"}, Pipe::Double)
      .Cases(
          {"MUFU", "F2F", "F2I", "I2F", "I2FP", "FRND", "POPC", "FLO", "BREV"},
          Pipe::Special)
      .Cases({"LDG", "STG", "LDS", "STS", "LDL", "STL", "LD", "ST"},
             Pipe::Memory)
      .Cases({"SHFL", "LDGSTS", "RED", "REDG", "ATOM", "ATOMG", "ATOMS", "STAS",
              "LDSM", "STSM"},
             Pipe::Memory)
      .Default(Pipe::Issue);
}

std::pair<Pipe, double>
seednorm::getPipeCycles(const SASSInstruction &instruction,
                        const GPUCard &card) {
  StringRef opcode = instruction.opcode;
  Pipe pipe = getPipe(opcode);
  switch (pipe) {
  case Pipe::Issue:
    // Four schedulers issue an instruction of a warp each, every cycle.
    return {pipe, 0.25};
  case Pipe::Float:
    if (opcode == "IMAD")
      return {pipe, 32.0 / card.integerRate};
    // Two f32 results a lane take twice the time, two halves do not.
    return {pipe,
            (opcode.starts_with("F") && opcode.ends_with("2") ? 64.0 : 32.0) /
                card.floatRate};
  case Pipe::Integer:
    return {pipe, 32.0 / card.integerRate};
  case Pipe::Double:
    return {pipe, 32.0 / card.doubleRate};
  case Pipe::Special: {
    // Reciprocals, roots and exponentials: 16. Conversions: 16 with a type of
    // 64 bits, else the rate of the chip.
    bool isMath = opcode == "MUFU" || instruction.has("F64");
    return {pipe, 32.0 / (isMath ? 16 : card.conversionRate)};
  }
  case Pipe::Memory:
    // A shuffle has 32 lanes a cycle. The first-level cache and shared memory
    // move 128 bytes a cycle: 16 bytes a lane are four wavefronts.
    return {pipe, opcode == "SHFL"
                      ? 1.0
                      : std::max<double>(1, instruction.getAccessBytes() * 32 /
                                                128.0)};
  }
  return {Pipe::Issue, 0.25};
}
