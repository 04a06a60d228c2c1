//===- npy-copy.cpp - Read a .npy file and write it again -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Npy.h"

#include <cstdio>

using namespace seednorm::runtime;

static int fail(const std::string &message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return fail("usage: npy-copy <from> <to>");
  Result<NpyArray> array = readNpy(argv[1]);
  if (!array)
    return fail(array.message());
  Status written = writeNpy(argv[2], *array);
  return written ? 0 : fail(written.message());
}
