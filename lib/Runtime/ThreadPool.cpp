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
// Each thread has a word of its own that it is called by, so that a loop calls
// as many threads as it has work for and the others sleep on.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <vector>

using namespace seednorm::runtime;
using Clock = std::chrono::steady_clock;

namespace {

// How long an idle thread looks for the next loop before it sleeps; for the
// first part of that it keeps the processor to itself.
constexpr std::chrono::microseconds spinTime(1000), eagerTime(50);
// Pauses between two looks at the clock.
constexpr int pausesPerLook = 16;
// Waking a thread takes its caller 7 to 18 us, and it comes 5 to 35 us later
// (2-core x86 server); a grain takes 6 us and more. So many grains have to come
// in one loop, or in short ones of which each follows closely on the one
// before, until sleeping threads are woken.
constexpr int64_t wakeGrains = 8;
// Chunks a thread, so that a thread which is late or slow leaves work to
// others: where one core ran at two thirds of the other's speed, calls of 32
// MiB and more took 0.93 to 1.02 of the time with 8 instead of 4, with 16 to 64
// the same or more.
constexpr int64_t chunksPerThread = 8;

// A thread's place in the pool; its cache lines are its own. The first one is
// the owner's, whoever that is.
struct alignas(64) Seat {
  // The chunks that it starts with.
  std::atomic<int64_t> next{0};
  int64_t end = 0;

  alignas(64) std::atomic<uint64_t> calls{0};
  std::atomic<bool> asleep{false};
  std::mutex sleep;
  std::condition_variable wake;
};

struct Pool {
  Pool() { seats.push_back(std::make_unique<Seat>()); }

  std::mutex owner;

  // Only the owner touches these.
  bool isRefused = false; // Whether the system refused a further thread.
  Clock::time_point lastEnd{};
  int64_t recentGrains = 0; // Of loops that followed closely on each other.

  // The loop: written while it is closed and nobody is active.
  std::vector<std::unique_ptr<Seat>> seats;
  LoopBody body = nullptr;
  void *context = nullptr;
  int64_t count = 0, chunk = 0;
  int numShares = 0;
  std::fenv_t environment;

  alignas(64) std::atomic<bool> open{false};
  std::atomic<bool> spin{true};
  alignas(64) std::atomic<int> active{0};
};

struct Worker {
  Pool *pool;
  Seat *seat;
  int share;
};

} // namespace

// True in a thread that is running chunks.
static thread_local bool insideBody = false;

// Never destroyed: its threads run until the process ends.
static std::atomic<Pool *> instance{nullptr};

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

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

// Looks for what another thread does until it is done or, if there is one, a
// time is over. In the end it looks only when nobody else wants the processor.
template <typename Done>
static bool spinUntil(const Pool &pool, Done done,
                      std::chrono::microseconds limit) {
  if (done() || !pool.spin.load(std::memory_order_relaxed))
    return done();
  Clock::time_point start = Clock::now();
  for (;;) {
    for (int i = 0; i < pausesPerLook; ++i) {
      if (done())
        return true;
      relax();
    }
    Clock::duration waited = Clock::now() - start;
    if (waited > limit)
      return done();
    if (waited > eagerTime)
      sched_yield();
  }
}

// The calls of a seat, once they are others than those seen.
static uint64_t waitForCall(Pool &pool, Seat &seat, uint64_t seen) {
  auto isCalled = [&] { return seat.calls.load() != seen; };
  if (!spinUntil(pool, isCalled, spinTime)) {
    std::unique_lock<std::mutex> lock(seat.sleep);
    seat.asleep.store(true);
    seat.wake.wait(lock, isCalled);
    seat.asleep.store(false);
  }
  return seat.calls.load();
}

static void call(Seat &seat, bool mayWake) {
  seat.calls.fetch_add(1);
  if (!mayWake || !seat.asleep.load())
    return;
  // It may still be about to sleep; with the lock it either has seen the call
  // or can be woken.
  {
    std::lock_guard<std::mutex> lock(seat.sleep);
  }
  seat.wake.notify_one();
}

//===----------------------------------------------------------------------===//
// Working
//===----------------------------------------------------------------------===//

// Runs the chunks of share `first`, then what is left of the others.
static void runChunks(Pool &pool, int first) {
  for (int i = 0; i < pool.numShares; ++i) {
    Seat &seat = *pool.seats[(first + i) % pool.numShares];
    for (;;) {
      int64_t index = seat.next.fetch_add(1);
      if (index >= seat.end)
        break;
      int64_t begin = index * pool.chunk;
      pool.body(pool.context, begin,
                begin + std::min(pool.chunk, pool.count - begin));
    }
  }
}

static void *work(void *argument) {
  std::unique_ptr<Worker> self(static_cast<Worker *>(argument));
  Pool &pool = *self->pool;
  insideBody = true;
  for (uint64_t seen = 0;;) {
    seen = waitForCall(pool, *self->seat, seen);
    pool.active.fetch_add(1);
    // Who was called for a loop before may not be wanted in this one.
    if (pool.open.load() && self->share < pool.numShares) {
      // Rounding and denormals are as in the thread that called the kernel.
      std::fesetenv(&pool.environment);
      runChunks(pool, self->share);
    }
    pool.active.fetch_sub(1);
  }
}

// Starts threads until there are as many. Where the system refuses one, fewer
// do the work; they are not asked to end when fewer are wanted, they sleep.
static void addWorkers(Pool &pool, size_t wanted) {
  if (pool.seats.size() > wanted || pool.isRefused)
    return; // Two calls of the system less.
  // Signals are for the threads of the program.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.seats.size() <= wanted && !pool.isRefused) {
    auto seat = std::make_unique<Seat>();
    auto self = std::make_unique<Worker>();
    *self = {&pool, seat.get(), static_cast<int>(pool.seats.size())};
    pthread_t worker;
    if (pthread_create(&worker, nullptr, work, self.get()) != 0) {
      pool.isRefused = true;
      break;
    }
    self.release(); // The thread's now.
    pthread_detach(worker);
    pthread_setname_np(worker, "seednorm");
    pool.seats.push_back(std::move(seat));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

static int64_t divideCeil(int64_t number, int64_t by) {
  return number / by + (number % by != 0);
}

// Cuts the loop into chunks and these into shares.
static void shareOut(Pool &pool, int64_t count, int64_t grain) {
  int64_t grains = divideCeil(count, grain);
  pool.count = count;
  pool.chunk = divideCeil(grains, chunksPerThread * pool.numShares) * grain;
  int64_t numChunks = divideCeil(count, pool.chunk);
  for (int i = 0; i < pool.numShares; ++i) {
    pool.seats[i]->next.store(numChunks * i / pool.numShares);
    pool.seats[i]->end = numChunks * (i + 1) / pool.numShares;
  }
}

static void runLoop(Pool &pool, bool mayWake, LoopBody body, void *context) {
  pool.body = body;
  pool.context = context;
  std::fegetenv(&pool.environment);
  pool.open.store(true);
  for (int i = 1; i < pool.numShares; ++i)
    call(*pool.seats[i], mayWake);
  insideBody = true;
  runChunks(pool, 0);
  insideBody = false;
  pool.open.store(false);
  auto isAlone = [&] { return pool.active.load() == 0; };
  while (!spinUntil(pool, isAlone, spinTime))
    sched_yield();
}

// Whether the loop has been run; else its caller is better off alone.
static bool tryRun(Pool &pool, int threads, int64_t count, int64_t grain,
                   LoopBody body, void *context) {
  std::unique_lock<std::mutex> owner(pool.owner, std::try_to_lock);
  if (!owner.owns_lock())
    return false;
  int64_t grains = divideCeil(count, grain);
  int wanted = static_cast<int>(std::min<int64_t>(threads, grains));
  addWorkers(pool, wanted - 1);
  pool.numShares = std::min(wanted, static_cast<int>(pool.seats.size()));
  // Spinning on a processor that somebody else needs only slows them down.
  bool spins = threads <= getNumProcessors();
  pool.spin.store(spins);
  bool isClose = spins && Clock::now() - pool.lastEnd < spinTime;
  pool.recentGrains = std::min(isClose ? pool.recentGrains : 0, wakeGrains);
  pool.recentGrains += std::min(grains, wakeGrains);
  bool mayWake = pool.recentGrains >= wakeGrains;
  auto isAwake = [](const auto &seat) { return !seat->asleep.load(); };
  auto first = pool.seats.begin() + 1;
  bool isAlone =
      !mayWake && std::none_of(first, first + pool.numShares - 1, isAwake);
  if (!isAlone) {
    shareOut(pool, count, grain);
    runLoop(pool, mayWake, body, context);
  }
  pool.lastEnd = Clock::now();
  return !isAlone;
}

void seednorm::runtime::parallelFor(int64_t count, int64_t grain, LoopBody body,
                                    void *context) {
  if (count <= 0)
    return;
  grain = std::max<int64_t>(1, grain);
  int threads = count <= grain || insideBody ? 1 : getNumThreads();
  if (threads > 1 && tryRun(getPool(), threads, count, grain, body, context))
    return;
  body(context, 0, count);
}

extern "C" void seednorm_parallel_for(void (*body)(void *, int64_t, int64_t),
                                      void *context, int64_t count,
                                      int64_t grain) {
  parallelFor(count, grain, body, context);
}
