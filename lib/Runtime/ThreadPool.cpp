//===- ThreadPool.cpp - Loops over rows on all cores ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One loop runs at a time: its caller owns the pool. A thread takes the chunks
// of its own share first, whose rows its cache may still hold from the loop
// before, and then those of others, so that nobody waits for a thread that is
// late. A thread counts itself as active before it looks whether a loop is
// open, and the owner closes the loop and waits until nobody is active before
// it touches the loop again: therefore a late thread can never see half of one
// loop and half of the next.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <sched.h>
#include <vector>

using namespace seednorm::runtime;

namespace {

// Waking a sleeping thread costs some 80 us, a row loop as little as 5; this
// many pauses last about a millisecond (2-core x86 server, 64-row loops).
constexpr int maxSpins = 20000;
// Chunks a thread, so that a thread which is late or slow leaves work to
// others.
constexpr int64_t chunksPerThread = 4;

// The chunks that one thread starts with; a cache line of its own each.
struct alignas(64) Share {
  std::atomic<int64_t> next{0};
  int64_t end = 0;
};

struct Pool {
  std::mutex owner;

  // Only the owner touches these.
  std::vector<pthread_t> workers;

  // The loop: written while it is closed and nobody is active.
  LoopBody body = nullptr;
  void *context = nullptr;
  int64_t count = 0, chunk = 0;
  std::unique_ptr<Share[]> shares; // Of the owner, then of each worker.
  int numShares = 0;

  std::atomic<bool> open{false}, stop{false}, spin{true};
  std::atomic<int> active{0}, sleepers{0};
  std::atomic<uint64_t> generation{0};
  std::mutex sleep;
  std::condition_variable wake;
};

struct Worker {
  Pool *pool;
  int share;
};

} // namespace

// True in a thread that is running chunks.
static thread_local bool insideBody = false;

// Never destroyed: its threads run until the process ends.
static std::atomic<Pool *> instance{nullptr};
static std::atomic<int> numThreads{0};

static void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// A forked child has none of its parent's threads, so it needs a new pool. The
// old one is left alone: its locks may be held by threads that are gone.
static void forgetPool() { instance.store(nullptr); }

static Pool &getPool() {
  static int registered = pthread_atfork(nullptr, nullptr, forgetPool);
  (void)registered;
  Pool *pool = instance.load();
  if (pool)
    return *pool;
  auto *fresh = new Pool;
  if (instance.compare_exchange_strong(pool, fresh))
    return *fresh;
  delete fresh;
  return *pool;
}

// Runs the chunks of share `first`, then what is left of the others.
static void runChunks(Pool &pool, int first) {
  for (int i = 0; i < pool.numShares; ++i) {
    Share &share = pool.shares[(first + i) % pool.numShares];
    for (;;) {
      int64_t index = share.next.fetch_add(1);
      if (index >= share.end)
        break;
      int64_t begin = index * pool.chunk;
      pool.body(pool.context, begin,
                begin + std::min(pool.chunk, pool.count - begin));
    }
  }
}

static void announce(Pool &pool) {
  pool.generation.fetch_add(1);
  if (pool.sleepers.load() == 0)
    return;
  // A thread that counts as a sleeper may still be about to sleep; with the
  // lock it either has seen the new generation or can be woken.
  {
    std::lock_guard<std::mutex> lock(pool.sleep);
  }
  pool.wake.notify_all();
}

static uint64_t waitForNews(Pool &pool, uint64_t seen) {
  for (int i = 0; i < maxSpins && pool.spin.load(); ++i) {
    uint64_t now = pool.generation.load();
    if (now != seen)
      return now;
    relax();
  }
  std::unique_lock<std::mutex> lock(pool.sleep);
  pool.sleepers.fetch_add(1);
  pool.wake.wait(lock, [&] { return pool.generation.load() != seen; });
  pool.sleepers.fetch_sub(1);
  return pool.generation.load();
}

static void *work(void *argument) {
  std::unique_ptr<Worker> self(static_cast<Worker *>(argument));
  Pool &pool = *self->pool;
  insideBody = true;
  for (uint64_t seen = 0;;) {
    seen = waitForNews(pool, seen);
    if (pool.stop.load())
      return nullptr;
    pool.active.fetch_add(1);
    if (pool.open.load())
      runChunks(pool, self->share);
    pool.active.fetch_sub(1);
  }
}

static void stopWorkers(Pool &pool) {
  pool.stop.store(true);
  announce(pool);
  for (pthread_t worker : pool.workers)
    pthread_join(worker, nullptr);
  pool.workers.clear();
  pool.stop.store(false);
}

// Starts or stops threads. Where the system refuses a thread, fewer do the
// work.
static void adjustWorkers(Pool &pool, int threads) {
  size_t wanted = threads - 1;
  if (pool.workers.size() == wanted)
    return;
  if (pool.workers.size() > wanted)
    stopWorkers(pool);
  // Spinning on a processor that somebody else needs only slows them down.
  pool.spin.store(threads <= getNumProcessors());
  // Signals are for the threads of the program.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.workers.size() < wanted) {
    auto self = std::make_unique<Worker>();
    *self = {&pool, static_cast<int>(pool.workers.size()) + 1};
    pthread_t worker;
    if (pthread_create(&worker, nullptr, work, self.get()) != 0)
      break;
    self.release(); // The thread's now.
    pool.workers.push_back(worker);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pool.numShares = static_cast<int>(pool.workers.size()) + 1;
  pool.shares.reset(new Share[pool.numShares]);
}

// Cuts the loop into chunks and these into shares.
static void shareOut(Pool &pool, int64_t count, int64_t grain) {
  int64_t most = chunksPerThread * pool.numShares;
  int64_t grains = count / grain + (count % grain != 0);
  pool.count = count;
  pool.chunk = (grains / most + (grains % most != 0)) * grain;
  int64_t numChunks = count / pool.chunk + (count % pool.chunk != 0);
  for (int i = 0; i < pool.numShares; ++i) {
    pool.shares[i].next.store(numChunks * i / pool.numShares);
    pool.shares[i].end = numChunks * (i + 1) / pool.numShares;
  }
}

static void runLoop(Pool &pool, int64_t count, int64_t grain, LoopBody body,
                    void *context) {
  shareOut(pool, count, grain);
  pool.body = body;
  pool.context = context;
  pool.open.store(true);
  announce(pool);
  insideBody = true;
  runChunks(pool, 0);
  insideBody = false;
  pool.open.store(false);
  for (int spins = 0; pool.active.load() != 0; ++spins) {
    if (spins < maxSpins && pool.spin.load())
      relax();
    else
      sched_yield();
  }
}

// The number of threads that an environment variable asks for. OpenMP's may be
// a list, one number for every level of nesting.
static std::optional<int> readNumThreads(const char *variable, bool isList) {
  const char *text = std::getenv(variable);
  if (!text || !*text)
    return std::nullopt;
  char *end = nullptr;
  long value = std::strtol(text, &end, 10);
  bool ended = *end == '\0' || (isList && *end == ',');
  if (end != text && ended && value >= 1 && value <= 4096)
    return static_cast<int>(value);
  std::fprintf(stderr,
               "seednorm: expects %s to be a number from 1 to 4096, but got "
               "'%s'; it is ignored\n",
               variable, text);
  return std::nullopt;
}

static int chooseNumThreads() {
  if (auto count = readNumThreads("SEEDNORM_NUM_THREADS", false))
    return *count;
  if (auto count = readNumThreads("OMP_NUM_THREADS", true))
    return *count;
  return getNumProcessors();
}

int seednorm::runtime::getNumThreads() {
  int count = numThreads.load();
  if (count > 0)
    return count;
  int expected = 0;
  numThreads.compare_exchange_strong(expected, chooseNumThreads());
  return numThreads.load();
}

void seednorm::runtime::setNumThreads(int count) {
  numThreads.store(std::max(1, count));
}

void seednorm::runtime::parallelFor(int64_t count, int64_t grain, LoopBody body,
                                    void *context) {
  if (count <= 0)
    return;
  grain = std::max<int64_t>(1, grain);
  int threads = count <= grain || insideBody ? 1 : getNumThreads();
  if (threads > 1) {
    Pool &pool = getPool();
    std::unique_lock<std::mutex> owner(pool.owner, std::try_to_lock);
    if (owner.owns_lock()) {
      adjustWorkers(pool, threads);
      return runLoop(pool, count, grain, body, context);
    }
  }
  body(context, 0, count);
}

extern "C" void seednorm_parallel_for(void (*body)(void *, int64_t, int64_t),
                                      void *context, int64_t count,
                                      int64_t grain) {
  parallelFor(count, grain, body, context);
}
