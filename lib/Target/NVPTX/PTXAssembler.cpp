//===- PTXAssembler.cpp - ptxas and nvdisasm ------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the tools, runs them on temporary files, reads what they print.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/PTXAssembler.h"
#include "seednorm/Target/NVPTX/SASS.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Finding and running tools
//===----------------------------------------------------------------------===//

/// Where the build found the tool; empty if it did not.
static StringRef getBuiltInPath(StringRef name) {
#ifdef SEEDNORM_PTXAS
  if (name == "ptxas")
    return SEEDNORM_PTXAS;
#endif
#ifdef SEEDNORM_NVDISASM
  if (name == "nvdisasm")
    return SEEDNORM_NVDISASM;
#endif
  return "";
}

Expected<std::string> seednorm::findCUDATool(StringRef name, StringRef given) {
  if (!given.empty()) {
    if (sys::fs::can_execute(given))
      return given.str();
    return createStringError("'" + given + "', given as " + name +
                             ", is no executable file");
  }
  std::string variable = "SEEDNORM_" + name.upper();
  if (std::optional<std::string> path = sys::Process::GetEnv(variable)) {
    if (sys::fs::can_execute(*path))
      return *path;
    return createStringError(variable + " names '" + *path +
                             "', which is no executable file");
  }
  StringRef builtIn = getBuiltInPath(name);
  if (!builtIn.empty() && sys::fs::can_execute(builtIn))
    return builtIn.str();
  if (ErrorOr<std::string> found = sys::findProgramByName(name))
    return *found;
  for (const char *home : {"CUDA_HOME", "CUDA_PATH"}) {
    std::optional<std::string> root = sys::Process::GetEnv(home);
    if (!root)
      continue;
    SmallString<128> path(*root);
    sys::path::append(path, "bin", name);
    if (sys::fs::can_execute(path))
      return path.str().str();
  }
  return createStringError(
      name + " was not found; install the CUDA Toolkit or PyPI's nvidia-cuda-" +
      (name == "ptxas" ? "nvcc" : "nvdisasm") + ", or set " + variable);
}

namespace {
/// A file that is gone when this is.
struct TemporaryFile {
  SmallString<128> path;

  static Expected<TemporaryFile> create(StringRef suffix,
                                        StringRef contents = "") {
    TemporaryFile file;
    int descriptor;
    if (std::error_code error = sys::fs::createTemporaryFile(
            "seednorm", suffix, descriptor, file.path))
      return createStringError("cannot create a temporary file: " +
                               error.message());
    raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    stream << contents;
    stream.flush();
    if (stream.has_error()) {
      std::string message = stream.error().message();
      stream.clear_error();
      return createStringError("cannot write '" + file.path + "': " + message);
    }
    return file;
  }
  TemporaryFile() = default;
  TemporaryFile(TemporaryFile &&other) : path(other.path) {
    other.path.clear();
  }
  ~TemporaryFile() {
    if (!path.empty())
      sys::fs::remove(path);
  }
};
} // namespace

static Expected<std::string> readFile(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// Runs `program` and returns what it printed; an error with that text if it
/// fails.
static Expected<std::string> runTool(StringRef program,
                                     ArrayRef<StringRef> arguments) {
  Expected<TemporaryFile> printed = TemporaryFile::create("txt");
  if (!printed)
    return printed.takeError();
  SmallVector<StringRef> command = {program};
  append_range(command, arguments);
  std::optional<StringRef> redirects[] = {StringRef(""), printed->path.str(),
                                          printed->path.str()};
  std::string message;
  int code =
      sys::ExecuteAndWait(program, command, std::nullopt, redirects,
                          /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  Expected<std::string> text = readFile(printed->path);
  if (!text)
    return text.takeError();
  if (code != 0)
    return createStringError(sys::path::filename(program) +
                             " failed: " + message + StringRef(*text).trim());
  return text;
}

//===----------------------------------------------------------------------===//
// Assembling
//===----------------------------------------------------------------------===//

/// The number before `unit` in `line`; 0 if there is none.
static int64_t getNumberBefore(StringRef line, StringRef unit) {
  size_t end = line.find(unit);
  if (end == StringRef::npos)
    return 0;
  StringRef before = line.take_front(end).rtrim();
  int64_t value = 0;
  before.take_back(before.size() - before.find_last_not_of("0123456789") - 1)
      .getAsInteger(10, value);
  return value;
}

/// Reads the output of `ptxas -v`.
static std::map<std::string, PTXResources> parseResources(StringRef text) {
  std::map<std::string, PTXResources> kernels;
  PTXResources *current = nullptr;
  for (StringRef line : split(text, '\n')) {
    size_t entry = line.find("Compiling entry function '");
    if (entry != StringRef::npos) {
      current = &kernels[line.drop_front(entry)
                             .split('\'')
                             .second.split('\'')
                             .first.str()];
      continue;
    }
    if (!current)
      continue;
    if (line.contains("bytes stack frame")) {
      current->stackBytes = getNumberBefore(line, " bytes stack frame");
      current->spillStoreBytes = getNumberBefore(line, " bytes spill stores");
      current->spillLoadBytes = getNumberBefore(line, " bytes spill loads");
    } else if (line.contains("Used ")) {
      current->registers = getNumberBefore(line, " registers");
      current->sharedBytes = getNumberBefore(line, " bytes smem");
    }
  }
  return kernels;
}

Expected<Cubin> seednorm::assemblePTX(StringRef ptx,
                                      const NVPTXArchitecture &architecture,
                                      StringRef ptxas) {
  Expected<std::string> tool = findCUDATool("ptxas", ptxas);
  if (!tool)
    return tool.takeError();
  Expected<TemporaryFile> input = TemporaryFile::create("ptx", ptx);
  if (!input)
    return input.takeError();
  Expected<TemporaryFile> output = TemporaryFile::create("cubin");
  if (!output)
    return output.takeError();
  std::string arch = ("-arch=" + architecture.chip).str();
  Expected<std::string> printed =
      runTool(*tool, {"-v", arch, input->path, "-o", output->path});
  if (!printed)
    return printed.takeError();
  Expected<std::string> bytes = readFile(output->path);
  if (!bytes)
    return bytes.takeError();
  return Cubin{std::move(*bytes), parseResources(*printed)};
}

//===----------------------------------------------------------------------===//
// Disassembling
//===----------------------------------------------------------------------===//

Expected<std::string> seednorm::disassembleCubin(StringRef cubin,
                                                 StringRef nvdisasm) {
  Expected<std::string> tool = findCUDATool("nvdisasm", nvdisasm);
  if (!tool)
    return tool.takeError();
  Expected<TemporaryFile> input = TemporaryFile::create("cubin", cubin);
  if (!input)
    return input.takeError();
  return runTool(*tool, {"-c", input->path});
}

std::map<std::string, std::map<std::string, int64_t>>
seednorm::countInstructions(StringRef sass) {
  std::map<std::string, std::map<std::string, int64_t>> kernels;
  for (const auto &[name, kernel] : parseSASS(sass)) {
    std::map<std::string, int64_t> &counts = kernels[name];
    for (const SASSInstruction &instruction : kernel.instructions)
      ++counts[instruction.opcode];
  }
  return kernels;
}
