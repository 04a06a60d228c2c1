//===- LowerBFloat.cpp - bf16 conversions as integer arithmetic -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bf16 is the upper half of an f32: widening is a shift, rounding to nearest
// even an addition. Subnormal numbers are kept, and a NaN stays one (quiet).
//
//===----------------------------------------------------------------------===//

#include "Rewrites.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace seednorm::emulator;

static Value *buildRound(IRBuilder<> &builder, Value *value, Type *resultType) {
  Type *wide = value->getType()->getWithNewType(builder.getInt32Ty());
  Type *narrow = value->getType()->getWithNewType(builder.getInt16Ty());
  Value *bits = builder.CreateBitCast(value, wide);
  Value *upper = builder.CreateLShr(bits, 16);
  // Half a unit, less one where the result would otherwise be a tie to even.
  Value *half =
      builder.CreateAdd(builder.CreateAnd(upper, ConstantInt::get(wide, 1)),
                        ConstantInt::get(wide, 0x7fff));
  Value *rounded = builder.CreateLShr(builder.CreateAdd(bits, half), 16);
  Value *quiet = builder.CreateOr(upper, ConstantInt::get(wide, 0x40));
  Value *isNaN = builder.CreateFCmpUNO(value, value);
  Value *chosen = builder.CreateSelect(isNaN, quiet, rounded);
  return builder.CreateBitCast(builder.CreateTrunc(chosen, narrow), resultType);
}

static Value *buildWiden(IRBuilder<> &builder, Value *value, Type *resultType) {
  Type *wide = value->getType()->getWithNewType(builder.getInt32Ty());
  Type *narrow = value->getType()->getWithNewType(builder.getInt16Ty());
  Type *single = value->getType()->getWithNewType(builder.getFloatTy());
  Value *bits = builder.CreateZExt(builder.CreateBitCast(value, narrow), wide);
  Value *widened = builder.CreateBitCast(builder.CreateShl(bits, 16), single);
  return builder.CreateFPExt(widened, resultType);
}

void seednorm::emulator::lowerBFloatConversions(Module &module) {
  for (Function &function : module)
    for (Instruction &instruction :
         make_early_inc_range(instructions(function))) {
      auto *cast = dyn_cast<CastInst>(&instruction);
      if (!cast)
        continue;
      IRBuilder<> builder(cast);
      Value *replacement = nullptr;
      // f64 rounds through a device function: going by way of f32 would round
      // twice.
      if (cast->getOpcode() == Instruction::FPTrunc &&
          cast->getDestTy()->getScalarType()->isBFloatTy() &&
          cast->getSrcTy()->getScalarType()->isFloatTy())
        replacement =
            buildRound(builder, cast->getOperand(0), cast->getDestTy());
      else if (cast->getOpcode() == Instruction::FPExt &&
               cast->getSrcTy()->getScalarType()->isBFloatTy())
        replacement =
            buildWiden(builder, cast->getOperand(0), cast->getDestTy());
      if (!replacement)
        continue;
      cast->replaceAllUsesWith(replacement);
      cast->eraseFromParent();
    }
}
