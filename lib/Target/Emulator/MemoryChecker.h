//===- MemoryChecker.h - Judge and count each access ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every access of a launch that is not to a lane's own stack comes by here.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H
#define SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H

#include "GlobalMemory.h"
#include "RequestLog.h"
#include "SharedMemory.h"

namespace seednorm::emulator {

/// The memory of one launch.
class MemoryChecker {
public:
  MemoryChecker(const HostProgram &program, const Launch &launch,
                unsigned lanes, Counters &counters);

  /// Counts an access. Returns false if a GPU would leave it undefined.
  bool access(unsigned lane, uint64_t address, uint64_t bytes, uint32_t site);

  /// Why `access` gave false.
  std::string explain(uint64_t address, uint64_t bytes, uint32_t site) const;

  /// The lanes of a warp are about to continue together.
  void converge(unsigned warp) { requests.converge(warp); }

  /// Moves what was counted in global memory to the counters of the launch.
  void finish() { counters.regions = requests.takeCounters(); }

  SharedMemory &getShared() { return shared; }

private:
  bool isShared(uint64_t address, const Site &site) const;

  const std::vector<Site> &sites;
  GlobalMemory global;
  SharedMemory shared;
  RequestLog requests;
  Counters &counters;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H
