//===- FormatModel.cpp - The static model in a report ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every prediction is printed with what it assumes.
//
//===----------------------------------------------------------------------===//

#include "StaticModel.h"

#include "llvm/Support/Format.h"

using namespace seednorm;
using llvm::format;

static void formatCard(llvm::raw_ostream &stream, const CardPrediction &card) {
  stream << "    " << card.card << ":"
         << format("             %.0f %% of a copy, limited by %s; ",
                   100 * card.copyPart, card.limit.c_str())
         << format("issue slots %.0f %%, busiest unit %s %.0f %%; ",
                   100 * card.issuePart, card.unit.c_str(), 100 * card.unitPart)
         << format("%.1f KiB in flight a multiprocessor of %.1f\n",
                   card.bytesInFlight / 1024, card.bytesInFlightNeeded / 1024)
         << format("      assumes:        %d multiprocessors at %.2f GHz, a "
                   "copy of %.2f TB/s, loads of %.0f ns\n",
                   static_cast<int>(card.multiprocessors), card.clock / 1e9,
                   card.copyBandwidth / 1e12, card.latency * 1e9);
}

void seednorm::formatModel(llvm::raw_ostream &stream,
                           const KernelModel &model) {
  stream << "  model:              "
         << format("%.2f instructions an element",
                   model.instructionsPerElement);
  if (model.persistent)
    stream << format(": %.0f a thread and trip of %.0f rows, and %.0f more for "
                     "%.0f trips a block (assumed)",
                     model.rowInstructions, model.rowsPerTrip,
                     model.otherInstructions, model.tripsPerBlock);
  if (model.columnTrips > 1)
    stream << format("; %.1f trips through the columns", model.columnTrips);
  if (model.rareInstructions > 0)
    stream << format("; %.0f rare ones left out", model.rareInstructions);
  stream << '\n';
  for (const CardPrediction &card : model.cards)
    formatCard(stream, card);
}

llvm::json::Object seednorm::formatModelAsJSON(const KernelModel &model) {
  llvm::json::Array cards;
  for (const CardPrediction &card : model.cards)
    cards.push_back(
        llvm::json::Object{{"card", card.card},
                           {"multiprocessors", card.multiprocessors},
                           {"clock_hz", card.clock},
                           {"copy_bytes_per_second", card.copyBandwidth},
                           {"latency_seconds", card.latency},
                           {"issue_part", card.issuePart},
                           {"unit", card.unit},
                           {"unit_part", card.unitPart},
                           {"bytes_in_flight", card.bytesInFlight},
                           {"bytes_in_flight_needed", card.bytesInFlightNeeded},
                           {"copy_part", card.copyPart},
                           {"limit", card.limit}});
  return llvm::json::Object{
      {"row_instructions", model.rowInstructions},
      {"other_instructions", model.otherInstructions},
      {"rare_instructions", model.rareInstructions},
      {"persistent", model.persistent},
      {"trips_per_block", model.tripsPerBlock},
      {"rows_per_trip", model.rowsPerTrip},
      {"column_trips", model.columnTrips},
      {"row_instructions_per_element", model.rowInstructionsPerElement},
      {"instructions_per_element", model.instructionsPerElement},
      {"warp_cycles", model.warpCycles},
      {"cards", std::move(cards)}};
}
