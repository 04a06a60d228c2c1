//===- DeviceFunctions.h - What compiled lanes call -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names under which rewritten modules call the emulator, and the functions
// behind them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_DEVICEFUNCTIONS_H
#define SEEDNORM_LIB_TARGET_EMULATOR_DEVICEFUNCTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace seednorm::emulator {

/// `void (ptr address, i64 bytes, i32 site)`: checks and counts an access.
inline constexpr llvm::StringLiteral accessFunction = "seednorm.access";
/// `ptr addrspace(3) ()`: the shared memory of the running block.
inline constexpr llvm::StringLiteral sharedFunction = "seednorm.shared";
/// `i32 (i32 register)`: reads a `SpecialRegister`.
inline constexpr llvm::StringLiteral registerFunction = "seednorm.register";
/// `void (i32 barrier, i32 site)`: waits for all lanes of the block.
inline constexpr llvm::StringLiteral barrierFunction = "seednorm.barrier";
/// `void (i32 mask, i32 site)`: waits for the lanes of a mask.
inline constexpr llvm::StringLiteral warpBarrierFunction =
    "seednorm.warp_barrier";
/// `i64 (i32 mode, i32 mask, i32 value, i32 b, i32 c, i32 site)`: a shuffle as
/// PTX defines `shfl.sync`. Bit 32 of the result is its predicate.
inline constexpr llvm::StringLiteral shuffleFunction = "seednorm.shuffle";

/// `i64 (i32 operation, i64 a, i64 b, i64 c, i64 d, i64 e, i32 site)`: performs
/// an `Operation` on operands widened to 64 bits.
inline constexpr llvm::StringLiteral operationFunction = "seednorm.operation";

/// What a lane asks of the machinery beside it, with the operands it takes.
enum class Operation : uint32_t {
  CopyAsync,         ///< shared, global, bytes
  CopyAsyncZeroFill, ///< shared, global, bytes to read, bytes to write
  CommitCopies,
  WaitForCopies, ///< groups that may still be under way
  WaitForAllCopies,
  ArriveAtCluster,        ///< whether all lanes of a warp must
  ArriveAtClusterRelaxed, ///< whether all lanes of a warp must
  WaitForCluster,         ///< whether all lanes of a warp must
  MapShared,              ///< shared, rank
  GetRank,                ///< shared
  Fence,                  ///< A release and an acquire.
  FenceRelease,
  FenceAcquire,
  WaitForPredecessor, ///< The grid before this one.
  // Those from here on have to do with barrier objects.
  InitBarrier,       ///< barrier, arrivals
  InvalidateBarrier, ///< barrier
  ArriveOnce,        ///< barrier, flags
  Arrive,            ///< barrier, arrivals, flags
  ArriveExpect,      ///< barrier, bytes, flags
  ExpectBytes,       ///< barrier, bytes
  CompleteBytes,     ///< barrier, bytes
  TestState,         ///< barrier, state, flags
  TestParity,        ///< barrier, parity, flags
  TryState,          ///< barrier, state, flags
  TryParity,         ///< barrier, parity, flags
  TryStateFor,       ///< barrier, state, nanoseconds
  TryParityFor,      ///< barrier, parity, nanoseconds
  WaitParity,        ///< barrier, parity
  FenceInits,
  FenceProxy,
  BulkLoad,   ///< shared, barrier, global, bytes
  BulkStore,  ///< global, shared, bytes
  StoreAsync, ///< shared, value, barrier
  CommitBulk,
  WaitForBulk,     ///< groups that may still be under way
  WaitForBulkRead, ///< groups that may still read shared memory
};

/// One execution of an operation.
struct OperationCall {
  Operation operation;
  uint64_t operands[5];
  uint32_t site;
};

/// Registers that differ by lane, block or launch.
enum class SpecialRegister : uint32_t {
  ThreadX,
  ThreadY,
  ThreadZ,
  BlockX,
  BlockY,
  BlockZ,
  BlockSizeX,
  BlockSizeY,
  BlockSizeZ,
  GridSizeX,
  GridSizeY,
  GridSizeZ,
  Lane,
  Warp,
  WarpSize,
  BlockInClusterX,
  BlockInClusterY,
  BlockInClusterZ,
  ClusterSizeX, ///< In blocks.
  ClusterSizeY,
  ClusterSizeZ,
  ClusterX,
  ClusterY,
  ClusterZ,
  NumClustersX,
  NumClustersY,
  NumClustersZ,
  RankInCluster,
  BlocksInCluster,
  IsExplicitCluster,
};

/// From which lane a shuffle reads.
enum class ShuffleMode : uint32_t { Up, Down, Butterfly, Index };

/// A function by the name compiled code knows it under.
struct DeviceFunction {
  llvm::StringLiteral name;
  void *address;
};

/// The functions that act on the running lane.
llvm::ArrayRef<DeviceFunction> getLaneFunctions();

/// The functions for PTX's approximate mathematics, and the conversions that
/// host back ends leave to a library.
llvm::ArrayRef<DeviceFunction> getMathFunctions();

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_DEVICEFUNCTIONS_H
