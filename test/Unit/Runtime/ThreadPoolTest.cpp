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
#include <cfenv>
#include <filesystem>
#include <gtest/gtest.h>
#include <mutex>
#include <sched.h>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace seednorm::runtime;

namespace {

// Longer than idle threads spin, also on a busy machine.
void letThreadsSleep() {
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void sleepBriefly() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

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
  for (int i = 0; i < 3; ++i) {
    letThreadsSleep();
    std::set<std::thread::id> seen;
    std::mutex lock;
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    // Nobody goes on before all are there.
    parallelFor(30, 1, [&](int64_t, int64_t) {
      for (bool areAll = false;
           !areAll && std::chrono::steady_clock::now() < end;) {
        std::lock_guard<std::mutex> guard(lock);
        seen.insert(std::this_thread::get_id());
        areAll = seen.size() == 3;
      }
    });
    EXPECT_EQ(seen.size(), 3u);
    letThreadsSleep();
    EXPECT_TRUE(coversOnce(100, 1));
  }
}

// Whether any iteration of a loop of two ran in another thread.
bool isShared() {
  auto self = std::this_thread::get_id();
  std::atomic<bool> other{false};
  parallelFor(2, 1, [&](int64_t, int64_t) {
    auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
    while (std::chrono::steady_clock::now() < end)
      ;
    if (std::this_thread::get_id() != self)
      other = true;
  });
  return other;
}

// It is over before they are awake.
TEST_F(ThreadPoolTest, ShortLoopWakesNobody) {
  setNumThreads(2);
  ASSERT_TRUE(coversOnce(1000, 1));
  for (int i = 0; i < 3; ++i) {
    letThreadsSleep();
    EXPECT_FALSE(isShared());
  }
}

TEST_F(ThreadPoolTest, ShortLoopsInSuccessionWakeThreads) {
  if (getNumProcessors() < 2)
    GTEST_SKIP() << "threads that have no processor to spin on stay asleep";
  setNumThreads(2);
  letThreadsSleep();
  bool wasShared = false;
  for (int i = 0; i < 100000 && !wasShared; ++i)
    wasShared = isShared();
  EXPECT_TRUE(wasShared);
}

double getProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

TEST_F(ThreadPoolTest, IdleThreadsSleep) {
  for (int threads : {2, 2 * getNumProcessors()}) {
    setNumThreads(threads);
    ASSERT_TRUE(coversOnce(1000, 1));
    double before = getProcessorSeconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_LT(getProcessorSeconds() - before, 0.1) << threads << " threads";
  }
}

// What a program sets for its own thread holds for the whole loop.
TEST_F(ThreadPoolTest, RoundsAsItsCallerDoes) {
  setNumThreads(3);
  for (int mode : {FE_UPWARD, FE_TONEAREST}) {
    std::fesetround(mode);
    std::atomic<int> wrong{0};
    parallelFor(30, 1, [&](int64_t, int64_t) {
      wrong += std::fegetround() != mode;
      sleepBriefly();
    });
    EXPECT_EQ(wrong, 0);
  }
}

// Threads that are not wanted for a while are not made anew.
TEST_F(ThreadPoolTest, ThreadsAreKept) {
  setNumThreads(4);
  ASSERT_TRUE(coversOnce(1000, 1));
  auto listThreads = [] {
    std::set<std::string> names;
    for (const auto &task :
         std::filesystem::directory_iterator("/proc/self/task"))
      names.insert(task.path().filename());
    return names;
  };
  std::set<std::string> before = listThreads();
  for (int threads : {1, 2, 4, 3, 4}) {
    setNumThreads(threads);
    ASSERT_TRUE(coversOnce(1000, 1));
    EXPECT_EQ(listThreads(), before);
  }
}

TEST_F(ThreadPoolTest, UsesAsManyThreadsAsWanted) {
  int mostEver = 0;
  for (int i = 0; i < 20; ++i) {
    // Who was called for this loop may still be on the way.
    setNumThreads(4);
    ASSERT_TRUE(coversOnce(1000, 1));
    setNumThreads(2);
    std::atomic<int> inside{0}, most{0};
    parallelFor(8, 1, [&](int64_t, int64_t) {
      int now = ++inside;
      for (int seen = most; seen < now;)
        most.compare_exchange_weak(seen, now);
      sleepBriefly();
      --inside;
    });
    ASSERT_LE(most, 2);
    mostEver = std::max(mostEver, most.load());
  }
  EXPECT_EQ(mostEver, 2);
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

TEST_F(ThreadPoolTest, ProgramDecidesAboveItsFramework) {
  setNumThreads(3);
  setNumThreadsOfCaller(1);
  EXPECT_EQ(getNumThreads(), 3);
  setNumThreadsOfCaller(0);
}

// The number of threads in a fresh process with these variables, where a
// framework wants `wanted`: only the first use of the pool reads the
// environment.
int getNumThreadsWith(const std::string &variables, int wanted = 0) {
  std::string command = "env -u SEEDNORM_NUM_THREADS -u OMP_NUM_THREADS " +
                        variables + " " EXIT_WITH_NUM_THREADS " " +
                        std::to_string(wanted) + " 2>/dev/null";
  int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ThreadPoolEnvironmentTest, VariablesAreHonoured) {
  EXPECT_EQ(getNumThreadsWith("SEEDNORM_NUM_THREADS=5"), 5);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=7"), 7);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=6,2"), 6);
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=9 SEEDNORM_NUM_THREADS=3"), 3);
}

TEST(ThreadPoolEnvironmentTest, FrameworkComesBetweenTheVariables) {
  EXPECT_EQ(getNumThreadsWith("OMP_NUM_THREADS=7", 1), 1);
  EXPECT_EQ(getNumThreadsWith("SEEDNORM_NUM_THREADS=5", 1), 5);
  // It may not know what this process is allowed.
  EXPECT_EQ(getNumThreadsWith("", 1000), getNumProcessors());
}

TEST(ThreadPoolEnvironmentTest, AffinityIsHonoured) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu)
    if (CPU_ISSET(cpu, &before))
      CPU_SET(cpu, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(getNumThreadsWith(""), 1);
  sched_setaffinity(0, sizeof(before), &before);
}

TEST(ThreadPoolEnvironmentTest, NonsenseIsIgnored) {
  for (std::string bad : {"", "0", "-1", "two", "2x", "99999999999999999999"})
    EXPECT_EQ(getNumThreadsWith("SEEDNORM_NUM_THREADS=" + bad),
              getNumProcessors())
        << bad;
}

} // namespace
