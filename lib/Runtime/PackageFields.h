//===- PackageFields.h - What the parts of a package are made of *- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that knows the order of fields. A writer, a reader and a
// printer visit them, so what is written is what is read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_RUNTIME_PACKAGEFIELDS_H
#define SEEDNORM_LIB_RUNTIME_PACKAGEFIELDS_H

#include "seednorm/Runtime/Package.h"

namespace seednorm::runtime {

/// Visits a field for each member, in the order of the format. `fields` has
///   number(name, int64_t or int), choice(name, enumeration, count),
///   flag(name, bool), text(name, string), blob(name, string),
///   list(name, vector), part(name, optional),
///   isSince(version): whether there are fields that came with a version.
template <typename Fields> void visit(Fields &fields, Dimension &dimension) {
  fields.number("size", dimension.size);
  fields.number("argument", dimension.argument);
  fields.number("argument_dimension", dimension.argumentDimension);
}

template <typename Fields> void visit(Fields &fields, TensorSpec &spec) {
  fields.text("name", spec.name);
  fields.choice("type", spec.type, numElementTypes);
  fields.list("shape", spec.shape);
  fields.number("alignment", spec.alignment);
  fields.number("dense_dimensions", spec.numDense);
}

template <typename Fields> void visit(Fields &fields, SharedMemory &pair) {
  fields.number("result", pair.result);
  fields.number("argument", pair.argument);
}

template <typename Fields> void visit(Fields &fields, SizeExpr &size) {
  fields.choice("kind", size.kind, numSizeKinds);
  fields.number("lhs", size.lhs);
  fields.number("rhs", size.rhs);
}

template <typename Fields>
void visit(Fields &fields, SizeConstraint &constraint) {
  fields.number("have", constraint.have);
  fields.number("need", constraint.need);
  fields.choice("relation", constraint.relation, numRelations);
  fields.text("before", constraint.before);
  fields.text("after", constraint.after);
}

template <typename Fields> void visit(Fields &fields, Signature &signature) {
  fields.list("arguments", signature.arguments);
  fields.list("results", signature.results);
  fields.list("shared", signature.shared);
  fields.list("sizes", signature.sizes);
  fields.list("constraints", signature.constraints);
}

template <typename Fields> void visit(Fields &fields, ImageSegment &segment) {
  fields.number("offset", segment.offset);
  fields.number("size", segment.size);
  fields.choice("access", segment.access, numAccesses);
  fields.blob("bytes", segment.bytes);
}

template <typename Fields> void visit(Fields &fields, ImageSymbol &symbol) {
  fields.text("name", symbol.name);
  fields.number("offset", symbol.offset);
}

template <typename Fields> void visit(Fields &fields, CPUCode &code) {
  fields.text("architecture", code.architecture);
  fields.list("features", code.features);
  fields.text("function", code.function);
  fields.number("page_bytes", code.image.pageBytes);
  fields.number("memory_bytes", code.image.size);
  fields.list("segments", code.image.segments);
  fields.list("pointers", code.image.pointers);
  fields.list("imports", code.image.imports);
  fields.list("exports", code.image.exports);
  if (fields.isSince(2))
    fields.number("loops", code.numLoops);
}

template <typename Fields> void visit(Fields &fields, Temporary &temporary) {
  fields.number("bytes", temporary.bytes);
}

template <typename Fields>
void visit(Fields &fields, ConstantBuffer &constant) {
  fields.blob("bytes", constant.bytes);
}

template <typename Fields> void visit(Fields &fields, KernelLaunch &launch) {
  fields.text("kernel", launch.kernel);
  fields.list("buffers", launch.buffers);
  fields.list("numbers", launch.numbers);
  fields.number("blocks", launch.blocks);
  fields.number("threads", launch.threads);
  fields.number("dynamic_shared_bytes", launch.dynamicSharedBytes);
  fields.number("cluster", launch.cluster);
  fields.flag("dependent", launch.dependent);
}

template <typename Fields> void visit(Fields &fields, GPUCode &code) {
  fields.text("chip", code.chip);
  fields.blob("cubin", code.cubin);
  fields.blob("ptx", code.ptx);
  fields.number("num_arguments", code.plan.numArguments);
  fields.list("sizes", code.plan.sizes);
  fields.list("temporaries", code.plan.temporaries);
  fields.list("constants", code.plan.constants);
  fields.list("launches", code.plan.launches);
}

template <typename Fields> void visit(Fields &fields, PackagedKernel &kernel) {
  fields.text("entry", kernel.entry);
  visit(fields, kernel.signature);
  fields.part("cpu", kernel.cpu);
  fields.part("gpu", kernel.gpu);
}

template <typename Fields> void visit(Fields &fields, Package &package) {
  fields.text("made_by", package.madeBy);
  fields.list("kernels", package.kernels);
}

} // namespace seednorm::runtime

#endif // SEEDNORM_LIB_RUNTIME_PACKAGEFIELDS_H
