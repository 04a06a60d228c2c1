//===- ThreadPoolTest.cpp - Tests of the thread pool ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the caller does - nest, compete, fork, change its mind about the
// number of threads - every iteration runs exactly once and nobody hangs.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <mutex>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace seednorm::runtime;

namespace {

class ThreadPoolTest : public testing::Test {
protected:
  void SetUp() override { before = getNumThreads(); }
  void TearDown() override { setNumThreads(before); }

  int before = 1;
};

// Whether a loop ran every iteration once, in chunks that are multiples of
// the grain.
bool coversOnce(int64_t count, int64_t grain) {
  std::vector<std::atomic<int>> seen(count);
  std::atomic<bool> aligned{true};
  parallelFor(count, grain, [&](int64_t begin, int64_t end) {
    if (begin % grain != 0 || begin >= end || end > count)
      aligned = false;
    for (int64_t i = begin; i < end; ++i)
      seen[i]++;
  });
  for (auto &times : seen)
    if (times != 1)
      return false;
  return aligned;
}

TEST_F(ThreadPoolTest, CoversEveryIterationOnce) {
  for (int threads : {1, 2, 3, 8}) {
    setNumThreads(threads);
    for (int64_t count : {0, 1, 2, 3, 7, 64, 1000, 1023})
      for (int64_t grain : {1, 2, 3, 64, 2000})
        ASSERT_TRUE(coversOnce(count, grain))
            << threads << " threads, " << count << " by " << grain;
  }
}

TEST_F(ThreadPoolTest, ManyShortLoops) {
  setNumThreads(4);
  std::atomic<int64_t> total{0};
  for (int i = 0; i < 20000; ++i)
    parallelFor(16, 1,
                [&](int64_t begin, int64_t end) { total += end - begin; });
  EXPECT_EQ(total, 20000 * 16);
}

TEST_F(ThreadPoolTest, WakesSleepers) {
  setNumThreads(3);
  for (int i = 0; i < 5; ++i) {
    // Long enough for idle threads to fall asleep.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(coversOnce(100, 1));
  }
}

TEST_F(ThreadPoolTest, UsesSeveralThreads) {
  setNumThreads(2);
  std::atomic<int> inside{0}, most{0};
  parallelFor(8, 1, [&](int64_t, int64_t) {
    int now = ++inside;
    most = std::max(most.load(), now);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    --inside;
  });
  EXPECT_EQ(most, 2);
}

TEST_F(ThreadPoolTest, SerialUpToOneGrain) {
  setNumThreads(4);
  int calls = 0; // Not atomic: all calls must come from this thread.
  parallelFor(64, 64, [&](int64_t begin, int64_t end) {
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 64);
    ++calls;
  });
  EXPECT_EQ(calls, 1);
}

TEST_F(ThreadPoolTest, NestedLoopsRunInTheirThread) {
  setNumThreads(4);
  std::atomic<int> wrong{0}, total{0};
  parallelFor(32, 1, [&](int64_t begin, int64_t end) {
    auto self = std::this_thread::get_id();
    for (int64_t i = begin; i < end; ++i)
      parallelFor(10, 1, [&](int64_t first, int64_t last) {
        wrong += std::this_thread::get_id() != self;
        total += last - first;
      });
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(total, 320);
}

TEST_F(ThreadPoolTest, ConcurrentCallers) {
  setNumThreads(3);
  std::atomic<int> failures{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 200; ++k)
        failures += !coversOnce(257, 2);
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(failures, 0);
}

TEST_F(ThreadPoolTest, ThreadsMayChangeAtAnyTime) {
  std::atomic<bool> done{false};
  std::thread other([&] {
    for (int i = 0; !done; ++i)
      setNumThreads(1 + i % 5);
  });
  for (int i = 0; i < 200; ++i)
    EXPECT_TRUE(coversOnce(100, 1));
  done = true;
  other.join();
}

TEST_F(ThreadPoolTest, ForkedChildHasItsOwnThreads) {
  setNumThreads(3);
  ASSERT_TRUE(coversOnce(1000, 1));
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(20); // A hang must not outlive the test.
    _exit(coversOnce(1000, 1) && coversOnce(1000, 1) ? 0 : 1);
  }
  EXPECT_TRUE(coversOnce(1000, 1));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ThreadPoolTest, ForkWhileAnotherThreadRunsALoop) {
  setNumThreads(2);
  std::atomic<bool> started{false}, release{false};
  std::thread busy([&] {
    parallelFor(2, 1, [&](int64_t, int64_t) {
      started = true;
      while (!release)
        std::this_thread::yield();
    });
  });
  while (!started)
    std::this_thread::yield();
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(coversOnce(1000, 1) ? 0 : 1);
  }
  release = true;
  busy.join();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ThreadPoolTest, ExitDoesNotWaitForThreads) {
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    setNumThreads(4);
    std::exit(coversOnce(1000, 1) ? 0 : 1); // Runs destructors.
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ThreadPoolTest, NumberOfThreadsIsAtLeastOne) {
  setNumThreads(-3);
  EXPECT_EQ(getNumThreads(), 1);
  EXPECT_GE(getNumProcessors(), 1);
}

// The number of threads in a fresh process with these variables: only the first
// use of the pool reads the environment.
int getNumThreadsWith(const std::string &variables) {
  std::string command = "env -u SEEDNORM_NUM_THREADS -u OMP_NUM_THREADS " +
                        variables + " " EXIT_WITH_NUM_THREADS " 2>/dev/null";
  int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ThreadPoolEnvironmentTest, VariablesAreHonoured) {
  EXPECT_EQ(getNumThreadsWith("SEEDNORM_NUM_THREADS=5"), 5);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=7"), 7);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=6,2"), 6);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=9 SEEDNORM_NUM_THREADS=3"), 3);
}

TEST(ThreadPoolEnvironmentTest, NonsenseIsIgnored) {
  for (std::string bad : {"", "0", "-1", "two", "2x", "99999999999999999999"})
    EXPECT_EQ(getNumThreadsWith("SEEDNORM_NUM_THREADS=" + bad),
              getNumProcessors())
        << bad;
}

} // namespace
