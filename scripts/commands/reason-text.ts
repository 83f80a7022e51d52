/** Why bytes are no instruction, as a sentence. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Reason } from '../../emulator/isa/reasons.ts';

export const reasonText = (reason: Reason, mode: Mode): string => {
  switch (reason) {
    case 'opcode':
      return 'no instruction has this opcode';
    case 'mode':
      return `this instruction does not exist in ${mode}-bit mode`;
    case 'prefix':
      return 'no instruction has this opcode with this 66, F2 or F3 prefix';
    case 'register-needed':
      return 'ModRM names memory where a register is needed';
    case 'memory-needed':
      return 'ModRM names a register where memory is needed';
    case 'group':
      return 'ModRM selects no instruction of this group';
    case 'size':
      return 'this operand or address size has no instruction';
    case 'vector-length':
      return 'this vector length (L of VEX) has no instruction';
    case 'reserved-bits':
      return 'a bit of EVEX that is reserved has the other value';
    case 'mask':
      return 'aaa of EVEX names a mask that the instruction does not take, or none where it must';
    case 'zeroing':
      return 'z of EVEX is set where nothing can be zeroed';
    case 'broadcast':
      return 'b of EVEX is set, and the memory operand is not broadcast';
    case 'rounding':
      return 'b of EVEX is set, and the instruction neither rounds nor raises exceptions';
    case 'same-register':
      return 'two operands are the same register, and must not be';
    case 'conversion':
      return 'MVEX.SSS selects a conversion, swizzle or rounding that the instruction does not have';
    case 'sib-needed':
      return 'the memory operand needs a SIB byte';
    case 'vector-index':
      return 'a vector of indexes needs a SIB byte, and addresses of 32 or 64 bits';
    case 'vvvv':
      return 'vvvv of VEX must be 1111b where the instruction has no register there';
    case 'prefix-before-vex':
      return '66, F2, F3, LOCK or REX stands before VEX, or REX before REX2';
    case 'rex2':
      return 'REX2 does not stand before this opcode';
    case 'new-destination':
      return 'ND of EVEX has a value that the instruction does not take';
    case 'flags-suppressed':
      return 'NF of EVEX has a value that the instruction does not take';
    case 'register':
      return 'a register is named which does not exist';
    case 'lock-not-allowed':
      return 'LOCK needs an instruction that can be locked, with a memory destination';
    case 'too-long':
      return 'more than 15 bytes';
  }
};
