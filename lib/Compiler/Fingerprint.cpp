//===- Fingerprint.cpp - What code depends on beside its text -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Versions are too coarse: whoever works on the compiler builds it many times
// at one version.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Compiler/Fingerprint.h"

#include "Backend.h"

#include "seednorm/Target/NVPTX/PTXAssembler.h"
#include "seednorm/Utils/Version.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Host.h"

#include <elf.h>
#include <link.h>

using namespace seednorm;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Builds
//===----------------------------------------------------------------------===//

/// Path, size and time of a file; empty if there is none.
static std::string describeFile(StringRef path) {
  llvm::sys::fs::file_status status;
  if (path.empty() || llvm::sys::fs::status(path, status))
    return "";
  auto time = status.getLastModificationTime().time_since_epoch().count();
  return (path + " " + llvm::Twine(status.getSize()) + " " + llvm::Twine(time))
      .str();
}

/// The build id among the notes of a segment; empty if there is none.
static std::string findBuildId(StringRef notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof(header));
    size_t nameSize = llvm::alignTo<4>(header.n_namesz);
    size_t descSize = llvm::alignTo<4>(header.n_descsz);
    notes = notes.drop_front(sizeof(header));
    if (notes.size() < nameSize + descSize)
      return "";
    StringRef name = notes.take_front(header.n_namesz);
    if (header.n_type == NT_GNU_BUILD_ID && name == StringRef("GNU", 4))
      return llvm::toHex(notes.substr(nameSize, header.n_descsz),
                         /*LowerCase=*/true);
    notes = notes.drop_front(nameSize + descSize);
  }
  return "";
}

namespace {
/// A search for the program or library that has `address`.
struct Search {
  uintptr_t address;
  std::string found;
};
} // namespace

static int visitObject(dl_phdr_info *object, size_t, void *data) {
  auto &search = *static_cast<Search *>(data);
  llvm::ArrayRef segments(object->dlpi_phdr, object->dlpi_phnum);
  bool isHere = llvm::any_of(segments, [&](const ElfW(Phdr) & segment) {
    return segment.p_type == PT_LOAD &&
           search.address - object->dlpi_addr - segment.p_vaddr <
               segment.p_memsz;
  });
  if (!isHere)
    return 0;
  for (const ElfW(Phdr) &segment : segments)
    if (segment.p_type == PT_NOTE && search.found.empty())
      search.found = findBuildId(
          {reinterpret_cast<const char *>(object->dlpi_addr + segment.p_vaddr),
           segment.p_memsz});
  if (search.found.empty())
    search.found = describeFile(object->dlpi_name);
  return 1;
}

/// Of the program or library that has a function.
template <typename Function> static std::string describeBuild(Function *code) {
  Search search{reinterpret_cast<uintptr_t>(code), ""};
  dl_iterate_phdr(visitObject, &search);
  return search.found;
}

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

/// The processor that code is made for: name and features; empty if there is
/// none of this name.
static std::string describeCPU(const Target &target) {
  llvm::Expected<TargetCPU> cpu = getTargetCPU(target);
  if (cpu)
    return cpu->triple + " " + cpu->name + " " + cpu->features + " " +
           std::to_string(cpu->cacheBytes) + " " +
           std::to_string(cpu->firstCacheBytes) + " " +
           std::to_string(cpu->firstCacheWays);
  llvm::consumeError(cpu.takeError());
  return "";
}

static std::string describeAssembler() {
  llvm::Expected<std::string> path = findCUDATool("ptxas", "");
  if (path)
    return describeFile(*path);
  llvm::consumeError(path.takeError());
  return "none";
}

std::string seednorm::getFingerprint(const Target &target) {
  std::string self = describeBuild(&getFingerprint);
  std::string llvm = describeBuild(&llvm::sys::getHostCPUName);
  std::string mlir = describeBuild(
      static_cast<std::unique_ptr<llvm::Module> (*)(
          mlir::Operation *, llvm::LLVMContext &, StringRef, bool)>(
          &mlir::translateModuleToLLVMIR));
  if (self.empty() || llvm.empty() || mlir.empty())
    return "";
  std::string text = "seednorm: " + std::string(getVersion()) + " " + self +
                     "\nllvm: " + llvm + "\nmlir: " + mlir + "\n";
  if (target.kind == Target::Kind::CPU) {
    std::string cpu = describeCPU(target);
    return cpu.empty() ? "" : text + "cpu: " + cpu + "\n";
  }
  return text + "gpu: " + target.chip + "\nptxas: " + describeAssembler() +
         "\n";
}
