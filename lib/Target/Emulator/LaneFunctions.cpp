//===- LaneFunctions.cpp - What lanes call --------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way from compiled code to the scheduler of this thread.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

using namespace llvm;
using namespace seednorm::emulator;

static void checkAccess(const void *address, uint64_t bytes, uint32_t site) {
  ClusterScheduler::getCurrent().access(reinterpret_cast<uint64_t>(address),
                                        bytes, site);
}

static void *getShared() {
  return ClusterScheduler::getCurrent().getSharedMemory();
}

static uint32_t readRegister(uint32_t which) {
  return ClusterScheduler::getCurrent().readRegister(
      static_cast<SpecialRegister>(which));
}

static void waitForBlock(uint32_t barrier, uint32_t site) {
  ClusterScheduler::getCurrent().waitForBlock(barrier, site);
}

static void waitForWarp(uint32_t mask, uint32_t site) {
  ClusterScheduler::getCurrent().waitForWarp(mask, site);
}

static uint64_t exchangeValues(uint32_t mode, uint32_t mask, uint32_t value,
                               uint32_t b, uint32_t c, uint32_t site) {
  return ClusterScheduler::getCurrent().shuffle(
      mask, {static_cast<ShuffleMode>(mode), value, b, c}, site);
}

static uint64_t performOperation(uint32_t operation, uint64_t a, uint64_t b,
                                 uint64_t c, uint64_t d, uint64_t e,
                                 uint32_t site) {
  return ClusterScheduler::getCurrent().perform(
      {static_cast<Operation>(operation), {a, b, c, d, e}, site});
}

template <typename Function> static void *addressOf(Function *function) {
  return reinterpret_cast<void *>(function);
}

ArrayRef<DeviceFunction> seednorm::emulator::getLaneFunctions() {
  static const DeviceFunction functions[] = {
      {accessFunction, addressOf(checkAccess)},
      {sharedFunction, addressOf(getShared)},
      {registerFunction, addressOf(readRegister)},
      {barrierFunction, addressOf(waitForBlock)},
      {warpBarrierFunction, addressOf(waitForWarp)},
      {shuffleFunction, addressOf(exchangeValues)},
      {operationFunction, addressOf(performOperation)},
  };
  return functions;
}
