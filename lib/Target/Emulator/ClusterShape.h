//===- ClusterShape.h - How the lanes of a cluster are numbered -*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All lanes of a cluster have one number each, their slot. Those of a block
// start at a multiple of 32, so that a slot tells the warp too; a block whose
// size is no multiple of 32 leaves slots empty.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSHAPE_H
#define SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSHAPE_H

#include "HostProgram.h"
#include "seednorm/Target/Emulator/Emulator.h"

namespace seednorm::emulator {

/// The blocks that run at once, and the lanes of each.
class ClusterShape {
public:
  ClusterShape(const Launch &launch, const Kernel &kernel)
      : blocks(kernel.cluster[0] * kernel.cluster[1] * kernel.cluster[2]),
        lanes(launch.block[0] * launch.block[1] * launch.block[2]),
        slotsPerBlock((lanes + warpSize - 1) / warpSize * warpSize) {}

  uint32_t getNumBlocks() const { return blocks; }
  uint32_t getLanesPerBlock() const { return lanes; }
  uint32_t getSlotsPerBlock() const { return slotsPerBlock; }
  uint32_t getNumSlots() const { return blocks * slotsPerBlock; }
  uint32_t getNumWarps() const { return getNumSlots() / warpSize; }

  /// The rank in the cluster of a slot's block.
  uint32_t rankOf(uint32_t slot) const { return slot / slotsPerBlock; }
  /// The number of a slot's lane in its block.
  uint32_t laneOf(uint32_t slot) const { return slot % slotsPerBlock; }
  bool isEmpty(uint32_t slot) const { return laneOf(slot) >= lanes; }

private:
  uint32_t blocks, lanes, slotsPerBlock;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSHAPE_H
