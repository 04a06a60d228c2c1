//===- FormatLoops.cpp - The loops of a CPU's kernel in a report ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of each loop by its elements, and of all together by those of a row.
//
//===----------------------------------------------------------------------===//

#include "CPULoops.h"

#include "llvm/Support/Format.h"

using namespace seednorm;
using llvm::format;

namespace {
/// What the loops of a row execute and move for each of its elements.
struct RowCounts {
  double instructions = 0, vectorInstructions = 0, rowBytes = 0;
};
} // namespace

/// Of all loops that run for each row; none if not all of them can be counted.
static std::optional<RowCounts> addUp(const KernelReport &kernel) {
  RowCounts counts;
  int64_t elements = 0; ///< Of the longest: those of the rows of a trip.
  for (const LoopReport &loop : kernel.loops) {
    // Once for many rows, or for the few that are left over.
    if (loop.work == "zeros" || loop.work == "totals" || loop.trips == 0)
      continue;
    if (loop.trips < 0)
      return std::nullopt;
    // It may prepare what others take, and have no elements of a row.
    elements =
        std::max(elements, std::max<int64_t>(loop.elements, 0) * loop.trips);
    counts.instructions += loop.instructions * loop.trips;
    counts.vectorInstructions += loop.vectorInstructions * loop.trips;
    counts.rowBytes += loop.rowBytes * loop.trips;
  }
  if (elements == 0)
    return std::nullopt;
  counts.instructions /= elements;
  counts.vectorInstructions /= elements;
  counts.rowBytes /= elements;
  return counts;
}

/// "3 loads and 2 stores of spills", or "no spills".
static void formatSpills(llvm::raw_ostream &stream, const LoopReport &loop) {
  if (loop.spillLoads == 0 && loop.spillStores == 0)
    stream << "no spills";
  else
    stream << loop.spillLoads << " loads and " << loop.spillStores
           << " stores of spills";
}

static std::string formatLoop(const LoopReport &loop) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (loop.elements > 0)
    stream << format("%.2f instructions an element, %.2f of them on vectors",
                     loop.getPerElement(loop.instructions),
                     loop.getPerElement(loop.vectorInstructions))
           << format("; %.2f bytes read, %.2f written; ",
                     loop.getPerElement(loop.bytesRead),
                     loop.getPerElement(loop.bytesWritten));
  else
    stream << loop.instructions << " instructions a trip, "
           << loop.vectorInstructions << " of them on vectors; ";
  if (loop.elements > 0 && loop.trips > 0)
    stream << loop.trips << " trips of " << loop.elements << " elements; ";
  else if (loop.elements > 0)
    stream << "trips of " << loop.elements << " elements"
           << (loop.trips == 0 ? ", for rows left over; " : "; ");
  stream << (loop.calls ? std::to_string(loop.calls) : "no") << " calls, ";
  formatSpills(stream, loop);
  return text;
}

void seednorm::formatLoops(llvm::raw_ostream &stream,
                           const KernelReport &kernel) {
  if (kernel.loops.empty())
    return;
  stream << "  inner loops:       ";
  if (std::optional<RowCounts> counts = addUp(kernel))
    stream << format(" %.2f instructions an element of a row, %.2f of them on "
                     "vectors; %.2f row bytes, minimum %.2f (ratio %.2f)",
                     counts->instructions, counts->vectorInstructions,
                     counts->rowBytes, kernel.minimumRowBytesPerElement,
                     counts->rowBytes / kernel.minimumRowBytesPerElement);
  else
    stream << ' ' << kernel.loops.size();
  stream << '\n';
  // Each sum over rows has loops like those of the others.
  for (size_t i = 0, end; i < kernel.loops.size(); i = end) {
    const LoopReport &loop = kernel.loops[i];
    std::string text = formatLoop(loop);
    end = i + 1;
    while (end < kernel.loops.size() && kernel.loops[end].work == loop.work &&
           formatLoop(kernel.loops[end]) == text)
      ++end;
    stream << "    " << (loop.work.empty() ? "loop" : loop.work);
    if (end > i + 1)
      stream << ", " << end - i << " times";
    stream << ": " << text << '\n';
  }
}

static llvm::json::Value orNull(int64_t count) {
  return count < 0 ? llvm::json::Value(nullptr) : llvm::json::Value(count);
}

static llvm::json::Object formatLoopAsJSON(const LoopReport &loop) {
  llvm::json::Object object{{"work", loop.work},
                            {"elements", orNull(loop.elements)},
                            {"trips", orNull(loop.trips)},
                            {"instructions", loop.instructions},
                            {"vector_instructions", loop.vectorInstructions},
                            {"calls", loop.calls},
                            {"spill_loads", loop.spillLoads},
                            {"spill_stores", loop.spillStores},
                            {"bytes_read", loop.bytesRead},
                            {"bytes_written", loop.bytesWritten},
                            {"row_bytes", loop.rowBytes}};
  auto addPerElement = [&](llvm::StringRef name, int64_t count) {
    object[name] = loop.elements < 1
                       ? llvm::json::Value(nullptr)
                       : llvm::json::Value(loop.getPerElement(count));
  };
  addPerElement("instructions_per_element", loop.instructions);
  addPerElement("vector_instructions_per_element", loop.vectorInstructions);
  return object;
}

void seednorm::addLoopFields(llvm::json::Object &object,
                             const KernelReport &kernel) {
  llvm::json::Array loops;
  for (const LoopReport &loop : kernel.loops)
    loops.push_back(formatLoopAsJSON(loop));
  object["loops"] = std::move(loops);
  std::optional<RowCounts> counts = addUp(kernel);
  auto add = [&](llvm::StringRef name, double RowCounts::*count) {
    object[name] = counts ? llvm::json::Value((*counts).*count)
                          : llvm::json::Value(nullptr);
  };
  add("loop_instructions_per_element", &RowCounts::instructions);
  add("loop_vector_instructions_per_element", &RowCounts::vectorInstructions);
  add("loop_row_bytes_per_element", &RowCounts::rowBytes);
}
