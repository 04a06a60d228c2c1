//===- LaneOperations.cpp - What lanes ask of the machinery ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From an operation with its operands to the part of the emulator that
// performs it.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

using namespace llvm;
using namespace seednorm::emulator;

void ClusterScheduler::startCopy(const OperationCall &call, uint64_t read,
                                 uint64_t written) {
  maybeYield();
  AsyncCopy copy;
  copy.destination = call.operands[0];
  copy.source = call.operands[1];
  copy.sourceBytes = read;
  copy.bytes = written;
  copy.slot = running;
  copy.site = call.site;
  if (isWrong(memory.getCopies().start(copy), call.site))
    switchToScheduler();
}

uint64_t ClusterScheduler::perform(const OperationCall &call) {
  const uint64_t *operands = call.operands;
  switch (call.operation) {
  case Operation::CopyAsync:
    startCopy(call, operands[2], operands[2]);
    return 0;
  case Operation::CopyAsyncZeroFill:
    startCopy(call, operands[2], operands[3]);
    return 0;
  case Operation::CommitCopies:
    memory.getCopies().commit(running);
    return 0;
  case Operation::WaitForCopies:
    memory.getCopies().wait(running, operands[0]);
    return 0;
  case Operation::WaitForAllCopies:
    memory.getCopies().commit(running);
    memory.getCopies().wait(running, 0);
    return 0;
  }
  llvm_unreachable("all operations are handled");
}
