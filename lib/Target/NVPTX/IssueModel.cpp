//===- IssueModel.cpp - What machine code costs to issue ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts of what each loop executes, and one warp in order with a scoreboard of
// its registers.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/IssueModel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace llvm;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

/// From device memory, whether into registers or into shared memory.
static bool isGlobalLoad(StringRef opcode) {
  return opcode == "LDG" || opcode == "LD" || opcode == "LDGSTS";
}

static bool isBulkCopy(StringRef opcode) { return opcode.starts_with("UBLK"); }

void IssueCounts::add(const IssueCounts &other, double times) {
  instructions += other.instructions * times;
  bytesLoaded += other.bytesLoaded * times;
  bytesStored += other.bytesStored * times;
  hasBulkCopies |= other.hasBulkCopies;
  for (int pipe = 0; pipe < kNumPipes; ++pipe)
    cycles[pipe] += other.cycles[pipe] * times;
}

Pipe IssueCounts::getLimit() const {
  return Pipe(std::distance(cycles.begin(), max_element(cycles)));
}

std::vector<IssueCounts> seednorm::countIssues(const SASSKernel &kernel,
                                               const SASSControlFlow &flow,
                                               const GPUCard &card) {
  std::vector<IssueCounts> counts(flow.loops.size() + 1);
  for (const SASSBlock &block : flow.blocks) {
    if (block.cold)
      continue;
    IssueCounts &count = block.loop < 0 ? counts.back() : counts[block.loop];
    for (int64_t index = block.begin; index < block.end; ++index) {
      const SASSInstruction &instruction = kernel.instructions[index];
      auto [pipe, cycles] = getPipeCycles(instruction, card);
      count.instructions += 1;
      count.cycles[int(Pipe::Issue)] += 0.25;
      if (pipe != Pipe::Issue)
        count.cycles[int(pipe)] += cycles;
      // Not LD and ST: the memory of other blocks of a cluster has no opcode of
      // its own, and our kernels have generic addresses for nothing else.
      if (instruction.opcode == "LDG" || instruction.opcode == "LDGSTS")
        count.bytesLoaded += instruction.getAccessBytes();
      if (instruction.opcode == "STG")
        count.bytesStored += instruction.getAccessBytes();
      count.hasBulkCopies |= isBulkCopy(instruction.opcode);
    }
  }
  return counts;
}

//===----------------------------------------------------------------------===//
// Registers of an instruction
//===----------------------------------------------------------------------===//

namespace {
/// Numbers of registers and predicates, all kinds in one space.
using Registers = SmallVector<int, 8>;
struct Operands {
  Registers written, read;
};
} // namespace

/// The register that a text starts with, or -1: "R4", "UR4", "P0", "UP0".
static int parseRegister(StringRef text) {
  int base = 0;
  if (text.consume_front("UR"))
    base = 512;
  else if (text.consume_front("UP"))
    base = 384;
  else if (text.consume_front("P"))
    base = 256;
  else if (!text.consume_front("R"))
    return -1;
  int number;
  if (text.take_while(isDigit).getAsInteger(10, number))
    return -1; // RZ, PT and the like.
  return base + number;
}

/// All registers in a text; those of an address of 64 bits are two.
static void findRegisters(StringRef text, Registers &found) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && isAlnum(text[at - 1]))
      continue;
    int number = parseRegister(text.drop_front(at));
    if (number < 0)
      continue;
    found.push_back(number);
    StringRef name = text.drop_front(at).take_while(isAlnum);
    if (text.drop_front(at + name.size()).starts_with(".64"))
      found.push_back(number + 1);
  }
}

/// How many registers of 32 bits a result has.
static int getResultWidth(const SASSInstruction &instruction) {
  StringRef opcode = instruction.opcode;
  if (opcode.starts_with("LD") || opcode == "ULDC")
    return std::max<int64_t>(1, instruction.getAccessBytes() / 4);
  bool isPair = opcode.starts_with("D") || instruction.has("WIDE") ||
                opcode == "FFMA2" || opcode == "FADD2" || opcode == "FMUL2" ||
                (opcode == "CS2R" && !instruction.has("32"));
  return isPair ? 2 : 1;
}

static bool writesRegisters(StringRef opcode) {
  return !opcode.starts_with("ST") && opcode != "LDGSTS" && opcode != "RED" &&
         opcode != "REDG" && opcode != "BAR" && opcode != "BRA" &&
         opcode != "EXIT" && opcode != "RET" && opcode != "CALL" &&
         !opcode.starts_with("UBLK");
}

/// Results come first: predicates, the register, and predicates right behind it
/// where more operands follow (carries).
static Operands getOperands(const SASSInstruction &instruction) {
  Operands operands;
  findRegisters(instruction.guard, operands.read);
  bool inResults = writesRegisters(instruction.opcode), hasRegister = false;
  for (StringRef text : split(instruction.operands, ',')) {
    text = text.trim();
    bool isPredicate = text.starts_with("P") || text.starts_with("UP");
    bool isPlain =
        isPredicate || ((text.starts_with("R") || text.starts_with("UR")) &&
                        !text.contains('['));
    inResults &= isPlain && (isPredicate || !hasRegister);
    if (!inResults) {
      findRegisters(text, operands.read);
      continue;
    }
    int number = parseRegister(text);
    int width = isPredicate ? 1 : getResultWidth(instruction);
    for (int i = 0; number >= 0 && i < width; ++i)
      operands.written.push_back(number + i);
    hasRegister |= !isPredicate;
  }
  return operands;
}

//===----------------------------------------------------------------------===//
// One warp
//===----------------------------------------------------------------------===//

/// Cycles until a result can be used. 4 for arithmetic, and of the others about
/// what microbenchmarks of Volta to Hopper find: Jia et al., Dissecting the
/// NVIDIA Volta GPU Architecture via Microbenchmarking (arXiv 1804.06826); of
/// shared memory Luo et al. (arXiv 2402.13499). A barrier waits for the slowest
/// warp, here only for its own latency.
static double getLatency(const SASSInstruction &instruction,
                         const GPUCard &card) {
  StringRef opcode = instruction.opcode;
  if (isGlobalLoad(opcode))
    return card.latency * card.clock;
  return StringSwitch<double>(opcode)
      .Cases({"LDS", "LDSM", "ATOMS"}, 29)
      .Case("SHFL", 23)
      .Cases({"MUFU", "F2F", "F2I", "I2F"}, 20)
      .Cases({"BAR", "S2R", "S2UR", "LDC", "LDL", "R2UR"}, 20)
      .Cases({"DADD", "DMUL", "DFMA"}, 8)
      .Default(opcode.starts_with("U") ? 10 : 4);
}

namespace {
/// Executes instructions in order.
class Scoreboard {
public:
  explicit Scoreboard(const GPUCard &card) : card(card) {}
  void execute(const SASSInstruction &instruction);
  double now = 0, bytesInFlight = 0;

private:
  struct Load {
    double done, bytes;
  };
  const GPUCard &card;
  std::map<int, double> ready;    ///< When a register has its value.
  std::map<int, bool> isFromLoad; ///< Whether it is global memory's.
  SmallVector<Load> loads;
  double copied = 0; ///< When copies into shared memory are there.
};
} // namespace

void Scoreboard::execute(const SASSInstruction &instruction) {
  StringRef opcode = instruction.opcode;
  Operands operands = getOperands(instruction);
  double start = now;
  bool waitsForLoad = false;
  auto waitFor = [&](double time, bool isLoad) {
    waitsForLoad |= isLoad && time > now;
    start = std::max(start, time);
  };
  // Of a register that is written again, the first result must be there.
  for (int number : concat<int>(operands.read, operands.written))
    if (auto found = ready.find(number); found != ready.end())
      waitFor(found->second, isFromLoad[number]);
  if (opcode == "LDGDEPBAR" || opcode == "DEPBAR")
    waitFor(opcode == "DEPBAR" ? copied : 0, /*isLoad=*/true);
  if (waitsForLoad) {
    erase_if(loads, [&](const Load &load) { return load.done <= now; });
    double bytes = 0;
    for (const Load &load : loads)
      bytes += load.bytes;
    bytesInFlight = std::max(bytesInFlight, bytes);
  }
  double done = start + getLatency(instruction, card);
  for (int number : operands.written) {
    ready[number] = done;
    isFromLoad[number] = isGlobalLoad(opcode);
  }
  if (isGlobalLoad(opcode)) {
    loads.push_back({done, static_cast<double>(instruction.getAccessBytes())});
    if (opcode == "LDGSTS")
      copied = std::max(copied, done);
  }
  now = opcode == "BAR" ? done : start + 1;
}

namespace {
/// Runs blocks in the order of the text, loops several times.
class WarpSimulation {
public:
  WarpSimulation(const SASSKernel &kernel, const SASSControlFlow &flow,
                 const GPUCard &card, function_ref<double(int64_t)> trips)
      : kernel(kernel), flow(flow), board(card), trips(trips) {}
  /// Runs blocks `next` and on that are inside of `loop` (-1: anywhere).
  void run(int64_t &next, int64_t loop);

  const SASSKernel &kernel;
  const SASSControlFlow &flow;
  Scoreboard board;
  function_ref<double(int64_t)> trips;
  std::map<int64_t, double> lastTrip; ///< Cycles, by loop.

private:
  /// The loop right inside of `loop` that `block` is in, or -1.
  int64_t getInner(int64_t block, int64_t loop) const {
    int64_t inner = flow.blocks[block].loop;
    while (inner >= 0 && inner != loop && flow.loops[inner].parent != loop)
      inner = flow.loops[inner].parent;
    return inner == loop ? -1 : inner;
  }
};
} // namespace

void WarpSimulation::run(int64_t &next, int64_t loop) {
  int64_t size = flow.blocks.size();
  while (next < size) {
    if (!flow.blocks[next].cold) {
      if (!flow.isInside(flow.blocks[next].loop, loop))
        return;
      if (int64_t inner = getInner(next, loop); inner >= 0) {
        int64_t first = next, count = std::lround(trips(inner));
        for (int64_t trip = 0; trip < std::max<int64_t>(count, 1); ++trip) {
          double before = board.now;
          next = first;
          run(next, inner);
          lastTrip[inner] = board.now - before;
        }
        continue;
      }
      for (int64_t i = flow.blocks[next].begin; i < flow.blocks[next].end; ++i)
        board.execute(kernel.instructions[i]);
    }
    ++next;
  }
}

WarpTimeline seednorm::simulateWarp(const SASSKernel &kernel,
                                    const SASSControlFlow &flow,
                                    const GPUCard &card,
                                    function_ref<double(int64_t)> trips,
                                    std::optional<int64_t> steady) {
  WarpSimulation simulation(kernel, flow, card, trips);
  int64_t next = 0;
  simulation.run(next, -1);
  // Loads that nothing waits for before the end do not hold a warp up.
  return {steady ? simulation.lastTrip[*steady] : simulation.board.now,
          simulation.board.bytesInFlight};
}
