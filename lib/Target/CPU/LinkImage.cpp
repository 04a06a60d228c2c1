//===- LinkImage.cpp - From an object file to an image --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JITLink does the work, with a memory manager that lays the image out at a
// fixed address, and with every function that is not in the object so far away
// that its address is only ever taken from a table. What then depends on the
// address of the image, or on those functions, is 64 bits wide and can be
// filled in when the image is loaded.
//
//===----------------------------------------------------------------------===//

#include "LinkImage.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::jitlink;
using namespace seednorm;
using runtime::CPUImage;

/// Where the image is while it is linked, and where functions of others are.
static constexpr uint64_t kImageAddress = 1 << 24;
static constexpr uint64_t kImportAddress = uint64_t(1) << 60;

namespace {

/// Lays a graph out in an image.
class ImageMemory final : public JITLinkMemoryManager {
public:
  explicit ImageMemory(CPUImage &image) : image(image) {}

  void allocate(const JITLinkDylib *, LinkGraph &graph,
                OnAllocatedFunction onAllocated) override;
  void deallocate(std::vector<FinalizedAlloc> allocations,
                  OnDeallocatedFunction onDeallocated) override {
    for (FinalizedAlloc &allocation : allocations)
      allocation.release();
    onDeallocated(Error::success());
  }

private:
  class Allocation;
  Expected<std::unique_ptr<InFlightAlloc>> layOut(LinkGraph &graph);
  CPUImage &image;
};

/// Copies what was linked to the image.
class ImageMemory::Allocation final : public InFlightAlloc {
public:
  Allocation(CPUImage &image, std::vector<std::vector<char>> contents)
      : image(image), contents(std::move(contents)) {}

  void abandon(OnAbandonedFunction onAbandoned) override {
    onAbandoned(Error::success());
  }
  void finalize(OnFinalizedFunction onFinalized) override {
    for (auto [segment, bytes] : zip_equal(image.segments, contents))
      segment.bytes.assign(bytes.begin(), bytes.end());
    onFinalized(FinalizedAlloc(orc::ExecutorAddr(kImageAddress)));
  }

private:
  CPUImage &image;
  std::vector<std::vector<char>> contents;
};

/// What linking asks for, and what becomes of it.
class ImageContext final : public JITLinkContext {
public:
  ImageContext(CPUImage &image, ArrayRef<std::string> exports, Error &error)
      : JITLinkContext(nullptr), memory(image), image(image), exports(exports),
        error(error) {}

  JITLinkMemoryManager &getMemoryManager() override { return memory; }
  void notifyFailed(Error failure) override {
    error = joinErrors(std::move(error), std::move(failure));
  }
  void lookup(const LookupMap &symbols,
              std::unique_ptr<JITLinkAsyncLookupContinuation> next) override;
  Error notifyResolved(LinkGraph &graph) override;
  void
  notifyFinalized(JITLinkMemoryManager::FinalizedAlloc allocation) override {
    allocation.release();
  }
  LinkGraphPassFunction getMarkLivePass(const Triple &) const override;
  Error modifyPassConfig(LinkGraph &graph,
                         PassConfiguration &configuration) override;

private:
  bool isExport(StringRef name) const {
    return exports.empty() || is_contained(exports, name);
  }
  Error collectPointers(LinkGraph &graph);

  ImageMemory memory;
  CPUImage &image;
  ArrayRef<std::string> exports;
  Error &error;
};

} // namespace

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static Expected<runtime::Access> getAccess(orc::MemProt protection) {
  bool writes = (protection & orc::MemProt::Write) != orc::MemProt::None;
  bool executes = (protection & orc::MemProt::Exec) != orc::MemProt::None;
  if (writes && executes)
    return createStringError("expects no memory that is written and executed");
  return writes     ? runtime::Access::ReadWrite
         : executes ? runtime::Access::ReadExecute
                    : runtime::Access::Read;
}

Expected<std::unique_ptr<JITLinkMemoryManager::InFlightAlloc>>
ImageMemory::layOut(LinkGraph &graph) {
  BasicLayout layout(graph);
  std::vector<std::vector<char>> contents;
  int64_t offset = 0;
  for (auto &[group, segment] : layout.segments()) {
    Expected<runtime::Access> access = getAccess(group.getMemProt());
    if (!access)
      return access.takeError();
    auto size =
        static_cast<int64_t>(segment.ContentSize + segment.ZeroFillSize);
    std::vector<char> &bytes = contents.emplace_back(segment.ContentSize);
    segment.Addr = orc::ExecutorAddr(kImageAddress + offset);
    segment.WorkingMem = bytes.data();
    image.segments.push_back({offset, size, *access, {}});
    offset = alignTo(offset + size, image.pageBytes);
  }
  image.size = offset;
  if (Error error = layout.apply())
    return error;
  return std::make_unique<Allocation>(image, std::move(contents));
}

void ImageMemory::allocate(const JITLinkDylib *, LinkGraph &graph,
                           OnAllocatedFunction onAllocated) {
  onAllocated(layOut(graph));
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

void ImageContext::lookup(
    const LookupMap &symbols,
    std::unique_ptr<JITLinkAsyncLookupContinuation> next) {
  AsyncLookupResult found;
  for (const auto &entry : symbols)
    found[entry.first] = {orc::ExecutorAddr(kImportAddress),
                          JITSymbolFlags::Exported};
  next->run(std::move(found));
}

LinkGraphPassFunction ImageContext::getMarkLivePass(const Triple &) const {
  return [this](LinkGraph &graph) -> Error {
    for (Symbol *symbol : graph.defined_symbols())
      symbol->setLive(symbol->hasName() && symbol->isCallable() &&
                      symbol->getScope() == Scope::Default &&
                      isExport(*symbol->getName()));
    return Error::success();
  };
}

Error ImageContext::modifyPassConfig(LinkGraph &,
                                     PassConfiguration &configuration) {
  // Nothing unwinds through this code: it calls nothing that throws.
  auto dropFrames = [](LinkGraph &graph) -> Error {
    if (Section *frames = graph.findSectionByName(".eh_frame"))
      graph.removeSection(*frames);
    return Error::success();
  };
  configuration.PrePrunePasses.insert(configuration.PrePrunePasses.begin(),
                                      dropFrames);
  configuration.PreFixupPasses.push_back(
      [this](LinkGraph &graph) { return collectPointers(graph); });
  return Error::success();
}

/// Whatever is no difference of addresses has to be a pointer.
Error ImageContext::collectPointers(LinkGraph &graph) {
  for (Block *block : graph.blocks())
    for (const Edge &edge : block->edges()) {
      StringRef kind = graph.getEdgeKindName(edge.getKind());
      const Symbol &target = edge.getTarget();
      bool isPointer = kind == "Pointer64";
      if (!edge.isRelocation() ||
          (!isPointer && target.isDefined() && !kind.starts_with("Pointer")))
        continue;
      int64_t offset = block->getFixupAddress(edge).getValue() - kImageAddress;
      if (isPointer && target.isDefined())
        image.pointers.push_back(offset);
      else if (isPointer && target.hasName() && edge.getAddend() == 0)
        image.imports.push_back({(*target.getName()).str(), offset});
      else
        return createStringError(
            "expects position-independent code, but a relocation is '" + kind +
            "'");
    }
  return Error::success();
}

Error ImageContext::notifyResolved(LinkGraph &graph) {
  for (Symbol *symbol : graph.defined_symbols())
    if (symbol->hasName() && symbol->isCallable() &&
        symbol->getScope() == Scope::Default && isExport(*symbol->getName()))
      image.exports.push_back(
          {(*symbol->getName()).str(),
           static_cast<int64_t>(symbol->getAddress().getValue() -
                                kImageAddress)});
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

/// What pointers hold becomes an offset into the image.
static void makeRelative(CPUImage &image) {
  for (int64_t offset : image.pointers)
    for (runtime::ImageSegment &segment : image.segments) {
      int64_t inside = offset - segment.offset;
      if (inside < 0 || inside + 8 > static_cast<int64_t>(segment.bytes.size()))
        continue;
      char *place = segment.bytes.data() + inside;
      support::endian::write64le(place, support::endian::read64le(place) -
                                            kImageAddress);
    }
}

Expected<CPUImage> seednorm::linkImage(MemoryBufferRef object,
                                       ArrayRef<std::string> exports) {
  auto symbols = std::make_shared<orc::SymbolStringPool>();
  Expected<std::unique_ptr<LinkGraph>> graph =
      createLinkGraphFromObject(object, symbols);
  if (!graph)
    return graph.takeError();
  CPUImage image;
  // Linux on AArch64 has pages of up to 64 KiB.
  image.pageBytes = (*graph)->getTargetTriple().isAArch64() ? 1 << 16 : 1 << 12;
  Error error = Error::success();
  link(std::move(*graph),
       std::make_unique<ImageContext>(image, exports, error));
  if (error)
    return std::move(error);
  makeRelative(image);
  llvm::sort(image.pointers);
  for (auto *list : {&image.imports, &image.exports})
    llvm::sort(*list, [](const auto &lhs, const auto &rhs) {
      return std::tie(lhs.name, lhs.offset) < std::tie(rhs.name, rhs.offset);
    });
  return image;
}
