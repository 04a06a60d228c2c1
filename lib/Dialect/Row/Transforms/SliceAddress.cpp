//===- SliceAddress.cpp - Where the slices of an operand lie --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types say what is static; of an argument of a function, its attributes say
// what holds of dynamic strides.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/BitVector.h"

#include <numeric>

using namespace mlir;
using namespace seednorm::row;

/// Widest access of a thread; no address need be aligned better.
static constexpr int64_t kMaxAlignment = 16;

//===----------------------------------------------------------------------===//
// What is known
//===----------------------------------------------------------------------===//

static int64_t getNumLeading(MemRefType operand, Type slice) {
  // A shared operand that repeats has fewer dimensions than its slice.
  return std::max<int64_t>(operand.getRank() - getSliceRank(slice), 0);
}

/// An attribute of `value` as an argument of a function; null if it is none.
template <typename Attr>
static Attr getArgumentAttr(Value value, StringRef name) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !argument.getOwner()->isEntryBlock())
    return {};
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return function
             ? function.getArgAttrOfType<Attr>(argument.getArgNumber(), name)
             : Attr();
}

namespace {
/// What is known of the memory of an operand.
struct Layout {
  MemRefType type;
  SmallVector<int64_t> strides; ///< In elements; dynamic where unknown.
  int64_t offset;
  /// Dimensions whose stride is that of the next one times its size.
  llvm::BitVector packed;

  explicit Layout(Value operand);
  bool isOneStride(int64_t outer, int64_t inner) const;
};
} // namespace

Layout::Layout(Value operand)
    : type(cast<MemRefType>(operand.getType())),
      packed(type.getRank(), type.getLayout().isIdentity()) {
  if (failed(type.getStridesAndOffset(strides, offset))) {
    strides.assign(type.getRank(), ShapedType::kDynamic);
    offset = ShapedType::kDynamic;
  }
  for (int64_t dim = type.getRank() - 2; dim >= 0; --dim) {
    if (ShapedType::isDynamic(strides[dim + 1]) || type.isDynamicDim(dim + 1))
      continue;
    int64_t next = strides[dim + 1] * type.getDimSize(dim + 1);
    if (packed[dim])
      strides[dim] = next;
    else
      packed[dim] = strides[dim] == next;
  }
}

/// Whether one stride leads through dimensions `outer` to `inner`; those
/// between them are of size one.
bool Layout::isOneStride(int64_t outer, int64_t inner) const {
  if (packed.find_first_unset_in(outer, inner) == -1)
    return true;
  return ShapedType::isStatic(strides[outer]) &&
         ShapedType::isStatic(strides[inner]) && !type.isDynamicDim(inner) &&
         strides[outer] == strides[inner] * type.getDimSize(inner);
}

SmallVector<SliceGroup> seednorm::row::getSliceGroups(Value operand,
                                                      Type slice) {
  Layout layout(operand);
  SmallVector<SliceGroup> groups;
  for (int64_t dim = getNumLeading(layout.type, slice) - 1; dim >= 0; --dim) {
    if (layout.type.getDimSize(dim) == 1)
      continue;
    if (!groups.empty() && layout.isOneStride(dim, groups.back().first))
      groups.back().first = dim;
    else
      groups.push_back({dim, dim});
  }
  std::reverse(groups.begin(), groups.end());
  return groups;
}

int64_t seednorm::row::getBaseAlignment(Value operand) {
  while (auto view = operand.getDefiningOp<ViewLikeOpInterface>())
    operand = view.getViewSource();
  auto known = getArgumentAttr<IntegerAttr>(operand, kAlignmentAttrName);
  return known ? std::min(known.getInt(), kMaxAlignment) : kMaxAlignment;
}

int64_t seednorm::row::getSliceAlignment(Value operand, Type slice) {
  Layout layout(operand);
  int64_t elementBytes =
      llvm::divideCeil(layout.type.getElementTypeBitWidth(), 8);
  int64_t alignment = getBaseAlignment(operand);
  // The strides of such views are multiples of those of what they show.
  Value shown = operand;
  while (isa_and_present<memref::CastOp, memref::CollapseShapeOp,
                         memref::ExpandShapeOp, memref::SubViewOp>(
      shown.getDefiningOp()))
    shown = shown.getDefiningOp()->getOperand(0);
  bool knowsStrides = static_cast<bool>(
      getArgumentAttr<IntegerAttr>(shown, kAlignmentAttrName));
  auto addElements = [&](int64_t elements, bool knowsDynamic) {
    if (ShapedType::isStatic(elements))
      alignment = std::gcd(alignment, elements * elementBytes);
    else if (!knowsDynamic)
      alignment = std::gcd(alignment, elementBytes);
  };
  addElements(layout.offset, /*knowsDynamic=*/false);
  for (SliceGroup group : getSliceGroups(operand, slice))
    addElements(layout.strides[group.last], knowsStrides);
  return alignment;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static bool hasDenseSlices(Value operand, Type slice) {
  Layout layout(operand);
  ArrayRef<int64_t> shape = layout.type.getShape();
  int64_t expected = 1;
  for (int64_t dim = layout.type.getRank() - 1;
       dim >= getNumLeading(layout.type, slice); --dim) {
    if (shape[dim] != 1 && layout.strides[dim] != expected)
      return false;
    expected *= shape[dim];
  }
  return true;
}

LogicalResult seednorm::row::verifyDenseSlices(ProgramOp program) {
  auto verify = [&](Value operand, Type slice) -> LogicalResult {
    if (hasDenseSlices(operand, slice))
      return success();
    return program.emitOpError("expects the slices of each operand to be "
                               "dense, but ")
           << operand.getType() << " leaves gaps in slices of " << slice;
  };
  for (auto [input, argument] : llvm::zip_equal(
           program.getInputs(), program.getBodyBlock().getArguments()))
    if (failed(verify(input, argument.getType())))
      return failure();
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    if (failed(verify(output, program.getOutputSliceType(number))))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

namespace {
/// Builds the addresses of one program; operands taken by row share the sizes
/// of their leading dimensions.
class AddressBuilder {
public:
  AddressBuilder(OpBuilder &builder, ProgramOp program)
      : builder(builder), program(program), loc(program.getLoc()) {}

  SliceAddress build(Value operand, AccessAttr access, Type slice);

private:
  OpFoldResult getSize(Value operand, AccessKind kind, SliceGroup group);
  OpFoldResult getPeriod(Value operand, AccessAttr access, Type slice);

  OpBuilder &builder;
  ProgramOp program;
  Location loc;
  llvm::DenseMap<std::tuple<Value, int64_t, int64_t>, Value> sizes;
};
} // namespace

/// The number of slices of `operand` in `group`, at least 1: without slices
/// nothing is addressed, and a division by their number must not trap.
OpFoldResult AddressBuilder::getSize(Value operand, AccessKind kind,
                                     SliceGroup group) {
  auto type = cast<MemRefType>(operand.getType());
  ArrayRef<int64_t> dims =
      type.getShape().slice(group.first, group.last - group.first + 1);
  if (!ShapedType::isDynamicShape(dims))
    return builder.getIndexAttr(
        std::max<int64_t>(1, ShapedType::getNumElements(dims)));
  if (kind == AccessKind::Row)
    operand = program.getRowOperand().first;
  Value &size = sizes[{operand, group.first, group.last}];
  if (size)
    return size;
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value product = one;
  for (int64_t dim = group.first; dim <= group.last; ++dim)
    product = builder.createOrFold<arith::MulIOp>(
        loc, product, builder.createOrFold<memref::DimOp>(loc, operand, dim));
  size = builder.createOrFold<arith::MaxUIOp>(loc, product, one);
  return size;
}

OpFoldResult AddressBuilder::getPeriod(Value operand, AccessAttr access,
                                       Type slice) {
  bool isGroup = access.getKind() == AccessKind::Group;
  if (!isGroup && access.getKind() != AccessKind::Cycle)
    return {};
  if (!access.isPeriodOfCall())
    return builder.getIndexAttr(access.getPeriod());
  // A product of dimensions of the rows; the operand has the first, or these.
  auto [rows, numRowDims] = program.getRowOperand();
  int64_t own = getNumLeading(cast<MemRefType>(operand.getType()), slice);
  return getSize(rows, AccessKind::Row,
                 {isGroup ? own : numRowDims - own, numRowDims - 1});
}

SliceAddress AddressBuilder::build(Value operand, AccessAttr access,
                                   Type slice) {
  Layout layout(operand);
  memref::ExtractStridedMetadataOp metadata;
  auto get = [&](int64_t value, auto getDynamic) -> OpFoldResult {
    if (ShapedType::isStatic(value))
      return builder.getIndexAttr(value);
    if (!metadata)
      metadata =
          memref::ExtractStridedMetadataOp::create(builder, loc, operand);
    return getDynamic(metadata);
  };
  SliceAddress address;
  address.period = getPeriod(operand, access, slice);
  address.offset =
      get(layout.offset, [](memref::ExtractStridedMetadataOp op) -> Value {
        return op.getOffset();
      });
  for (SliceGroup group : getSliceGroups(operand, slice)) {
    bool outermost = address.strides.empty();
    address.sizes.push_back(
        outermost ? OpFoldResult() : getSize(operand, access.getKind(), group));
    address.strides.push_back(
        get(layout.strides[group.last],
            [&](memref::ExtractStridedMetadataOp op) -> Value {
              return op.getStrides()[group.last];
            }));
  }
  return address;
}

SmallVector<SliceAddress>
seednorm::row::buildSliceAddresses(OpBuilder &builder, ProgramOp program) {
  AddressBuilder addresses(builder, program);
  SmallVector<SliceAddress> result;
  for (auto [number, input] : llvm::enumerate(program.getInputs()))
    result.push_back(
        addresses.build(input, program.getInputAccess(number),
                        program.getBodyBlock().getArgument(number).getType()));
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    result.push_back(addresses.build(output, program.getOutputAccess(number),
                                     program.getOutputSliceType(number)));
  return result;
}

Value seednorm::row::buildSliceNumber(OpBuilder &builder, Location loc,
                                      AccessAttr access,
                                      const SliceAddress &address, Value row) {
  auto getPeriod = [&] {
    return getValueOrCreateConstantIndexOp(builder, loc, address.period);
  };
  switch (access.getKind()) {
  case AccessKind::Row:
    return row;
  case AccessKind::Shared:
    return arith::ConstantIndexOp::create(builder, loc, 0);
  case AccessKind::Group:
    return arith::DivUIOp::create(builder, loc, row, getPeriod());
  case AccessKind::Cycle:
    return arith::RemUIOp::create(builder, loc, row, getPeriod());
  }
  llvm_unreachable("every access is handled");
}

Value seednorm::row::buildSliceOffset(OpBuilder &builder, Location loc,
                                      const SliceAddress &address,
                                      Value number) {
  auto materialize = [&](OpFoldResult value) {
    return getValueOrCreateConstantIndexOp(builder, loc, value);
  };
  Value offset = materialize(address.offset);
  for (size_t group = address.strides.size(); group-- > 0;) {
    Value inGroup = number;
    if (group != 0) {
      Value size = materialize(address.sizes[group]);
      inGroup = builder.createOrFold<arith::RemUIOp>(loc, number, size);
      number = builder.createOrFold<arith::DivUIOp>(loc, number, size);
    }
    Value distance = builder.createOrFold<arith::MulIOp>(
        loc, inGroup, materialize(address.strides[group]));
    offset = builder.createOrFold<arith::AddIOp>(loc, distance, offset);
  }
  return offset;
}

Value seednorm::row::buildNumRows(OpBuilder &builder, ProgramOp program) {
  Location loc = program.getLoc();
  auto [operand, leading] = program.getRowOperand();
  Value rows = arith::ConstantIndexOp::create(builder, loc, 1);
  for (int64_t dim = 0; dim < leading; ++dim)
    rows = builder.createOrFold<arith::MulIOp>(
        loc, rows, builder.createOrFold<memref::DimOp>(loc, operand, dim));
  return rows;
}
