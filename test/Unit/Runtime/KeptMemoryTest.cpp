//===- KeptMemoryTest.cpp - Memory kept from call to call -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/KeptMemory.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace seednorm::runtime;

namespace {

constexpr size_t MiB = size_t(1) << 20;

/// Each test starts with nothing kept.
class KeptMemoryTest : public testing::Test {
protected:
  void SetUp() override {
    setMaxKeptBytes(64 * MiB);
    dropKept();
  }
};

bool isAligned(void *memory, size_t alignment) {
  return reinterpret_cast<uintptr_t>(memory) % alignment == 0;
}

TEST_F(KeptMemoryTest, GivesTheLastBlockThatFits) {
  void *first = allocateKept(3 * MiB, 64), *second = allocateKept(3 * MiB, 64);
  ASSERT_TRUE(first && second && first != second);
  releaseKept(first);
  releaseKept(second);
  EXPECT_GE(getKeptBytes(), 6 * MiB);
  EXPECT_EQ(allocateKept(3 * MiB, 64), second);
  EXPECT_EQ(allocateKept(3 * MiB - 4096, 64), first);
  EXPECT_EQ(getKeptBytes(), 0u);
  releaseKept(first);
  releaseKept(second);
}

TEST_F(KeptMemoryTest, WastesNoMoreThanAQuarter) {
  void *large = allocateKept(8 * MiB, 64);
  releaseKept(large);
  void *small = allocateKept(6 * MiB, 64);
  EXPECT_NE(small, large);
  EXPECT_EQ(allocateKept(7 * MiB, 64), large);
  releaseKept(small);
  releaseKept(large);
}

TEST_F(KeptMemoryTest, Aligns) {
  for (size_t bytes : {size_t(0), size_t(1), size_t(5000), minKeptBytes - 1,
                       minKeptBytes, MiB + 7, 5 * MiB})
    for (size_t alignment : {1, 16, 64, 128, 1024, 4096}) {
      void *memory = allocateKept(bytes, alignment);
      ASSERT_NE(memory, nullptr);
      EXPECT_TRUE(isAligned(memory, alignment)) << bytes << " " << alignment;
      EXPECT_TRUE(isAligned(memory, 64));
      std::memset(memory, 0xab, bytes);
      releaseKept(memory);
    }
  // A block that another alignment comes from next has room for its header.
  releaseKept(allocateKept(MiB, 64));
  void *memory = allocateKept(MiB, 4096);
  EXPECT_TRUE(isAligned(memory, 4096));
  std::memset(memory, 0xab, MiB);
  releaseKept(memory);
}

TEST_F(KeptMemoryTest, RefusesWhatItCannotDo) {
  EXPECT_EQ(allocateKept(1, 8192), nullptr);
  EXPECT_EQ(allocateKept(1, 96), nullptr);
  EXPECT_EQ(allocateKept(SIZE_MAX, 64), nullptr);
  EXPECT_EQ(allocateKept(SIZE_MAX / 4, 64), nullptr);
  releaseKept(nullptr);
}

TEST_F(KeptMemoryTest, KeepsNoMoreThanItMay) {
  setMaxKeptBytes(8 * MiB);
  void *old = allocateKept(3 * MiB, 64), *middle = allocateKept(2 * MiB, 64),
       *last = allocateKept(4 * MiB, 64), *huge = allocateKept(20 * MiB, 64);
  releaseKept(old);
  releaseKept(middle);
  releaseKept(last);
  size_t kept = getKeptBytes();
  EXPECT_LE(kept, 8 * MiB);
  releaseKept(huge);
  EXPECT_EQ(getKeptBytes(), kept);
  EXPECT_EQ(allocateKept(4 * MiB, 64), last);
  releaseKept(last);
  setMaxKeptBytes(0);
  EXPECT_EQ(getKeptBytes(), 0u);
  releaseKept(allocateKept(3 * MiB, 64));
  EXPECT_EQ(getKeptBytes(), 0u);
}

TEST_F(KeptMemoryTest, LeavesLittleMemoryToMalloc) {
  releaseKept(allocateKept(minKeptBytes - 1, 64));
  EXPECT_EQ(getKeptBytes(), 0u);
  releaseKept(allocateKept(minKeptBytes, 64));
  EXPECT_GE(getKeptBytes(), minKeptBytes);
}

TEST_F(KeptMemoryTest, IsForAllThreads) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number)
    threads.emplace_back([number] {
      for (int round = 0; round < 500; ++round) {
        size_t bytes = minKeptBytes + 4096 * ((round * 7 + number) % 40);
        auto *memory = static_cast<unsigned char *>(allocateKept(bytes, 64));
        std::memset(memory, number, bytes);
        std::this_thread::yield();
        for (size_t at = 0; at < bytes; at += 1024)
          ASSERT_EQ(memory[at], number);
        releaseKept(memory);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

// The child of a process of which a thread was about to give memory back.
TEST_F(KeptMemoryTest, DoesNotHangBehindFork) {
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop)
      releaseKept(allocateKept(MiB, 64));
  });
  for (int round = 0; round < 200; ++round) {
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      void *memory = allocateKept(MiB, 64);
      releaseKept(memory);
      _exit(memory ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  other.join();
}

} // namespace
