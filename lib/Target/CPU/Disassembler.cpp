//===- Disassembler.cpp - Machine instructions and their kinds ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's tables say most of it: which instructions branch, load and store, and
// the register class of each operand. What they do not say, whether a register
// of 64 bits is a vector, the names of instructions do.
//
//===----------------------------------------------------------------------===//

#include "Disassembler.h"

#include "CPUMachine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"

using namespace llvm;
using namespace seednorm;

struct Disassembler::Impl {
  bool isX86 = false;
  std::unique_ptr<const MCRegisterInfo> registers;
  std::unique_ptr<const MCAsmInfo> assembly;
  std::unique_ptr<const MCSubtargetInfo> subtarget;
  std::unique_ptr<const MCInstrInfo> instructions;
  std::unique_ptr<MCContext> context;
  std::unique_ptr<const MCDisassembler> disassembler;
  std::unique_ptr<const MCInstrAnalysis> analysis;

  bool usesVectors(const MCInst &inst) const;
  bool setsFramePointer(const MCInst &inst) const;
  bool isFrameAccess(const MCInst &inst, bool hasFramePointer) const;
  MachineInstruction describe(const MCInst &inst, uint64_t address,
                              uint64_t size, bool isRelocated) const;

private:
  StringRef getName(const MCInst &inst) const {
    return instructions->getName(inst.getOpcode());
  }
  bool isStackPointer(const MCOperand &operand) const {
    return operand.isReg() && StringRef(registers->getName(operand.getReg())) ==
                                  (isX86 ? "RSP" : "SP");
  }
  bool isFramePointer(const MCOperand &operand) const {
    return operand.isReg() && StringRef(registers->getName(operand.getReg())) ==
                                  (isX86 ? "RBP" : "FP");
  }
  StringRef getClassName(const MCInst &inst, unsigned operand) const;
};

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

/// The register class that an instruction takes an operand from, or none.
StringRef Disassembler::Impl::getClassName(const MCInst &inst,
                                           unsigned operand) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  if (operand >= desc.getNumOperands() || !inst.getOperand(operand).isReg())
    return "";
  const MCOperandInfo &info = desc.operands()[operand];
  if (info.RegClass < 0 || info.isLookupRegClassByHwMode())
    return "";
  return registers->getRegClassName(&registers->getRegClass(info.RegClass));
}

/// x86 has classes of their own for single floats. AArch64 has not for those of
/// 64 bits, but names lanes: "FADDv2f32" beside "FADDDrr"; a load is of either.
bool Disassembler::Impl::usesVectors(const MCInst &inst) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  StringRef name = getName(inst);
  bool hasLanes = false;
  for (size_t i = name.find('v'); i != StringRef::npos; i = name.find('v', i))
    hasLanes |= ++i < name.size() && isDigit(name[i]);
  for (unsigned i = 0; i < inst.getNumOperands(); ++i) {
    StringRef registerClass = getClassName(inst, i);
    if (isX86 ? registerClass.starts_with("VR")
              : registerClass.starts_with("FPR128") ||
                    registerClass.starts_with("ZPR") ||
                    (registerClass.starts_with("FPR64") &&
                     (hasLanes || desc.mayLoad() || desc.mayStore())))
      return true;
  }
  return false;
}

/// "mov rbp, rsp" and "add x29, sp, 16": from there on the register is a second
/// name of the frame. Otherwise it is one like others.
bool Disassembler::Impl::setsFramePointer(const MCInst &inst) const {
  return inst.getNumOperands() >= 2 && isFramePointer(inst.getOperand(0)) &&
         isStackPointer(inst.getOperand(1)) &&
         !instructions->get(inst.getOpcode()).mayLoad();
}

/// A place that an index is added to is an array, which was meant to be in
/// memory.
bool Disassembler::Impl::isFrameAccess(const MCInst &inst,
                                       bool hasFramePointer) const {
  const MCInstrDesc &desc = instructions->get(inst.getOpcode());
  auto isFrame = [&](const MCOperand &operand) {
    return isStackPointer(operand) ||
           (hasFramePointer && isFramePointer(operand));
  };
  if (!isX86)
    return !getName(inst).contains("ro") && any_of(inst, isFrame);
  for (auto [i, info] : enumerate(desc.operands()))
    if (info.OperandType == MCOI::OPERAND_MEMORY)
      // Base, scale, index, displacement, segment.
      return isFrame(inst.getOperand(i)) && !inst.getOperand(i + 2).getReg();
  return false; // "push", "pop"
}

MachineInstruction Disassembler::Impl::describe(const MCInst &inst,
                                                uint64_t address, uint64_t size,
                                                bool isRelocated) const {
  MachineInstruction result;
  result.address = address;
  result.size = size;
  result.usesVectors = usesVectors(inst);
  bool isBranch = analysis->isBranch(inst);
  // A jump to another function is a call that does not come back.
  result.isCall = analysis->isCall(inst) || (isBranch && isRelocated);
  bool isReturn = analysis->isReturn(inst);
  result.endsBlock = isBranch || isReturn;
  result.fallsThrough =
      !isReturn && (!isBranch || analysis->isConditionalBranch(inst));
  uint64_t target;
  if (isBranch && !isRelocated &&
      analysis->evaluateBranch(inst, address, size, target))
    result.target = target;
  return result;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Disassembler::Disassembler(std::unique_ptr<Impl> impl)
    : impl(std::move(impl)) {}
Disassembler::Disassembler(Disassembler &&) = default;
Disassembler::~Disassembler() = default;

Expected<Disassembler> Disassembler::create(const TargetCPU &cpu) {
  Expected<const Target *> target = lookupCPUBackend(cpu.triple);
  if (!target)
    return target.takeError();
  Triple triple(cpu.triple);
  auto impl = std::make_unique<Impl>();
  impl->isX86 = triple.isX86();
  impl->registers.reset((*target)->createMCRegInfo(triple));
  impl->assembly.reset(
      (*target)->createMCAsmInfo(*impl->registers, triple, MCTargetOptions()));
  impl->subtarget.reset(
      (*target)->createMCSubtargetInfo(triple, cpu.name, cpu.features));
  impl->instructions.reset((*target)->createMCInstrInfo());
  impl->context =
      std::make_unique<MCContext>(triple, impl->assembly.get(),
                                  impl->registers.get(), impl->subtarget.get());
  impl->disassembler.reset(
      (*target)->createMCDisassembler(*impl->subtarget, *impl->context));
  impl->analysis.reset(
      (*target)->createMCInstrAnalysis(impl->instructions.get()));
  return Disassembler(std::move(impl));
}

Expected<std::vector<MachineInstruction>>
Disassembler::disassemble(ArrayRef<uint8_t> code, uint64_t address,
                          ArrayRef<uint64_t> relocated) const {
  std::vector<MachineInstruction> result;
  bool hasFramePointer = false;
  for (uint64_t offset = 0; offset < code.size();) {
    MCInst inst;
    uint64_t size = 0;
    uint64_t here = address + offset;
    if (impl->disassembler->getInstruction(inst, size, code.drop_front(offset),
                                           here,
                                           nulls()) != MCDisassembler::Success)
      return createStringError("expects instructions that LLVM disassembles, "
                               "but got another at 0x" +
                               utohexstr(here));
    bool isRelocated = any_of(relocated, [&](uint64_t place) {
      return place >= here && place < here + size;
    });
    hasFramePointer |= impl->setsFramePointer(inst);
    const MCInstrDesc &desc = impl->instructions->get(inst.getOpcode());
    MachineInstruction &found =
        result.emplace_back(impl->describe(inst, here, size, isRelocated));
    if (!found.isCall && impl->isFrameAccess(inst, hasFramePointer)) {
      found.isFrameLoad = desc.mayLoad();
      found.isFrameStore = desc.mayStore();
    }
    offset += size;
  }
  return result;
}
