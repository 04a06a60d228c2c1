//===- Processors.cpp - How many threads are worth having -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A container may see all processors of its host and yet be allowed the time
// of two; more threads than that only wait for each other.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <sched.h>
#include <string>

using namespace seednorm::runtime;

// The processors that the quota of one control group amounts to, rounded up,
// or 0 if it has none. The file holds "<quota or max> <period>".
static int readQuota(const std::string &group) {
  std::ifstream file("/sys/fs/cgroup" + group + "/cpu.max");
  double quota = 0, period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0)
    return 0;
  return static_cast<int>(std::min((quota + period - 1) / period, 1e6));
}

// The tightest quota of this process's control group and of those around it.
static int getQuota() {
  std::ifstream file("/proc/self/cgroup");
  std::string line, group;
  while (std::getline(file, line))
    if (line.rfind("0::", 0) == 0) // Version 2 of the interface.
      group = line.substr(3);
  int tightest = 0;
  for (;;) {
    int quota = readQuota(group == "/" ? "" : group);
    if (quota > 0 && (tightest == 0 || quota < tightest))
      tightest = quota;
    if (group.empty() || group == "/")
      return tightest;
    group.erase(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
}

// The processors of the affinity mask. Its size is the kernel's choice.
static int countAllowed() {
  for (int size = 1024; size <= 1 << 20; size *= 2) {
    std::unique_ptr<cpu_set_t, void (*)(cpu_set_t *)> set(
        CPU_ALLOC(size), [](cpu_set_t *given) { CPU_FREE(given); });
    size_t bytes = CPU_ALLOC_SIZE(size);
    if (set && sched_getaffinity(0, bytes, set.get()) == 0)
      return std::max(1, CPU_COUNT_S(bytes, set.get()));
  }
  return 1;
}

static int countProcessors() {
  int count = countAllowed(), quota = getQuota();
  return quota > 0 ? std::min(count, quota) : count;
}

int seednorm::runtime::getNumProcessors() {
  static const int count = countProcessors();
  return count;
}
