//===- SpecialRegisters.cpp - Where a lane is -----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The special registers of PTX, computed from a lane's slot.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

using namespace llvm;
using namespace seednorm::emulator;

static uint32_t dimensionOf(SpecialRegister which, SpecialRegister first) {
  return uint32_t(which) - uint32_t(first);
}

uint32_t ClusterScheduler::readRegister(SpecialRegister which) const {
  const uint32_t *size = launch.block;
  uint32_t lane = shape.laneOf(running);
  switch (which) {
  case SpecialRegister::ThreadX:
    return lane % size[0];
  case SpecialRegister::ThreadY:
    return lane / size[0] % size[1];
  case SpecialRegister::ThreadZ:
    return lane / size[0] / size[1];
  case SpecialRegister::BlockX:
  case SpecialRegister::BlockY:
  case SpecialRegister::BlockZ:
    return blocks[shape.rankOf(running)]
        .index[dimensionOf(which, SpecialRegister::BlockX)];
  case SpecialRegister::BlockSizeX:
  case SpecialRegister::BlockSizeY:
  case SpecialRegister::BlockSizeZ:
    return size[dimensionOf(which, SpecialRegister::BlockSizeX)];
  case SpecialRegister::GridSizeX:
  case SpecialRegister::GridSizeY:
  case SpecialRegister::GridSizeZ:
    return launch.grid[dimensionOf(which, SpecialRegister::GridSizeX)];
  case SpecialRegister::Lane:
    return lane % warpSize;
  case SpecialRegister::Warp:
    return lane / warpSize;
  case SpecialRegister::WarpSize:
    return warpSize;
  default:
    return readClusterRegister(which);
  }
}

uint32_t ClusterScheduler::readClusterRegister(SpecialRegister which) const {
  const uint32_t *size = kernel.cluster;
  uint32_t rank = shape.rankOf(running);
  const uint32_t *index = blocks[rank].index;
  switch (which) {
  case SpecialRegister::BlockInClusterX:
  case SpecialRegister::BlockInClusterY:
  case SpecialRegister::BlockInClusterZ: {
    uint32_t dimension = dimensionOf(which, SpecialRegister::BlockInClusterX);
    return index[dimension] % size[dimension];
  }
  case SpecialRegister::ClusterSizeX:
  case SpecialRegister::ClusterSizeY:
  case SpecialRegister::ClusterSizeZ:
    return size[dimensionOf(which, SpecialRegister::ClusterSizeX)];
  case SpecialRegister::ClusterX:
  case SpecialRegister::ClusterY:
  case SpecialRegister::ClusterZ: {
    uint32_t dimension = dimensionOf(which, SpecialRegister::ClusterX);
    return index[dimension] / size[dimension];
  }
  case SpecialRegister::NumClustersX:
  case SpecialRegister::NumClustersY:
  case SpecialRegister::NumClustersZ: {
    uint32_t dimension = dimensionOf(which, SpecialRegister::NumClustersX);
    return launch.grid[dimension] / size[dimension];
  }
  case SpecialRegister::RankInCluster:
    return rank;
  case SpecialRegister::BlocksInCluster:
    return shape.getNumBlocks();
  case SpecialRegister::IsExplicitCluster:
    return kernel.hasCluster;
  default:
    llvm_unreachable("all registers are handled");
  }
}
