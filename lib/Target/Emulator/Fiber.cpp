//===- Fiber.cpp - Lanes as coroutines ------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The switch saves what the platform's calling convention preserves across a
// call, the floating-point control words among it.
//
//===----------------------------------------------------------------------===//

#include "Fiber.h"

#include "llvm/Support/MathExtras.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;
using namespace seednorm::emulator;

//===----------------------------------------------------------------------===//
// Switching
//===----------------------------------------------------------------------===//

#if defined(__x86_64__) && defined(__ELF__)

asm(R"(
  .text
  .p2align 4
  .globl seednorm_emulator_switch
  .hidden seednorm_emulator_switch
  .type seednorm_emulator_switch,@function
seednorm_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size seednorm_emulator_switch, .-seednorm_emulator_switch
)");

void *seednorm::emulator::prepareFiber(char *stackTop, void (*entry)()) {
  // From the top: a null return address, which ends a debugger's walk and puts
  // the stack where a call would have; the entry; six registers; the control
  // words.
  constexpr size_t words = 1 + 1 + 6 + 1;
  auto *frame = reinterpret_cast<uint64_t *>(stackTop) - words;
  std::memset(frame, 0, words * sizeof(uint64_t));
  auto *control = reinterpret_cast<uint32_t *>(frame);
  asm volatile("stmxcsr %0" : "=m"(control[0]));
  asm volatile("fnstcw %0" : "=m"(*reinterpret_cast<uint16_t *>(control + 1)));
  frame[7] = reinterpret_cast<uint64_t>(entry);
  return frame;
}

#elif defined(__aarch64__) && defined(__ELF__)

asm(R"(
  .text
  .p2align 4
  .globl seednorm_emulator_switch
  .hidden seednorm_emulator_switch
  .type seednorm_emulator_switch,%function
seednorm_emulator_switch:
  sub sp, sp, #176
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mrs x9, fpcr
  str x9, [sp, #160]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  ldr x9, [sp, #160]
  msr fpcr, x9
  add sp, sp, #176
  ret
  .size seednorm_emulator_switch, .-seednorm_emulator_switch
)");

void *seednorm::emulator::prepareFiber(char *stackTop, void (*entry)()) {
  auto *frame = reinterpret_cast<uint64_t *>(stackTop - 176);
  std::memset(frame, 0, 176);
  frame[11] = reinterpret_cast<uint64_t>(entry); // x30, the return address.
  asm volatile("mrs %0, fpcr" : "=r"(frame[20]));
  return frame;
}

#else
#error "the GPU emulator needs a context switch for this architecture"
#endif

//===----------------------------------------------------------------------===//
// Stacks
//===----------------------------------------------------------------------===//

static constexpr uint64_t numColors = 16, colorBytes = 256;

StackPool::StackPool(uint64_t bytes)
    : pageBytes(sysconf(_SC_PAGESIZE)), stackBytes(alignTo(bytes, pageBytes)) {}

StackPool::~StackPool() {
  for (auto [base, bytes] : mappings)
    munmap(base, bytes);
}

Error StackPool::reserve(size_t count) {
  if (count <= tops.size())
    return Error::success();
  uint64_t slotBytes =
      pageBytes + stackBytes + alignTo(numColors * colorBytes, pageBytes);
  uint64_t bytes = (count - tops.size()) * slotBytes;
  void *base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED)
    return createStringError(
        "cannot map " + Twine(bytes) +
        " bytes for the stacks of lanes: " + std::strerror(errno));
  mappings.emplace_back(base, bytes);
  auto *slot = static_cast<char *>(base);
  for (; tops.size() < count; slot += slotBytes) {
    if (mprotect(slot, pageBytes, PROT_NONE))
      return createStringError(Twine("cannot guard the stack of a lane: ") +
                               std::strerror(errno));
    tops.push_back(slot + slotBytes - tops.size() % numColors * colorBytes);
  }
  return Error::success();
}
