/*===- Version.h - Versions of the C API
 * --------------------------------------===
 *
 * Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * The C API has a version of its own. A program works with every library of
 * its major version, which is in the library's soname, and of at least its
 * minor version: within a major version functions, enumerators and structures
 * stay what they are, and a minor version adds to them.
 *
 *===----------------------------------------------------------------------===*/

#ifndef SEEDNORM_C_VERSION_H
#define SEEDNORM_C_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* What a program is compiled against. */
#define SEEDNORM_C_VERSION_MAJOR 1
#define SEEDNORM_C_VERSION_MINOR 1

/* The version of the library that it runs with; either pointer may be null. */
__attribute__((visibility("default"))) void seednormGetCVersion(int *major,
                                                                int *minor);

/* Whether that library has all that the headers of the program promise. */
static inline int seednormIsCompatible(void) {
  int major, minor;
  seednormGetCVersion(&major, &minor);
  return major == SEEDNORM_C_VERSION_MAJOR && minor >= SEEDNORM_C_VERSION_MINOR;
}

#ifdef __cplusplus
}
#endif

#endif /* SEEDNORM_C_VERSION_H */
