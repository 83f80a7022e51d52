/** Where a probe may stand: at the start of an instruction that can be copied or emulated. */
import { flagEffects } from '../../isa/flags.ts';
import { forms } from '../../isa/forms.ts';
import { Register } from '../../isa/registers.ts';
import type { Placed } from '../code/placed.ts';
import { isRefusal, type Refusal, refuse } from '../code/refusal.ts';
import { instructionAt, type TextView } from '../code/text-view.ts';
import { transferOf } from '../code/transfer.ts';

export interface ProbeOptions {
  /** Text that the kernel patches itself: alternatives, jump labels, static calls. */
  readonly reserved?: readonly { readonly address: bigint; readonly lengthBytes: number }[];
}

/** The instruction at an offset of the function, or why no probe may stand there. */
export const canProbe = (text: TextView, offset: number, { reserved = [] }: ProbeOptions = {}): Placed | Refusal => {
  const address = text.address + BigInt(offset);
  if (reserved.some((range) => address >= range.address && address < range.address + BigInt(range.lengthBytes)))
    return refuse('ReservedText', address, 'the kernel patches this text itself');
  const placed = instructionAt(text, address);
  if (isRefusal(placed)) return placed;
  const behind = text.bytes.subarray(offset, offset + 5);
  return probeRefusal(placed, behind) ?? placed;
};

/** Where a probe at a function's entry really stands: behind ENDBR, which must stay the first. */
export const entryOffset = (text: TextView): number => {
  const first = text.at(text.address);
  if (!('instruction' in first)) return 0;
  return forms[first.instruction.form].needs.has('CET_IBT') ? first.instruction.lengthBytes : 0;
};

/** Why this instruction cannot be probed, wherever it stands. `text` is it and what follows, as far as five bytes. */
export const probeRefusal = (placed: Placed, text: Uint8Array = placed.bytes): Refusal | null => {
  const { instruction, address } = placed;
  const form = forms[instruction.form];
  if (isEmulatePrefix(text))
    return refuse('EmulatePrefix', address, 'a hypervisor emulates what follows, as this prefix asks');
  if (form.flags === flagEffects.interrupt && form.operands.length === 0 && instruction.opcode === int3)
    return refuse('Breakpoint', address, 'it is a breakpoint itself');
  if (masksExceptions(placed))
    return refuse('MasksExceptions', address, 'it loads SS, after which no debug exception comes before the next one');
  if (['far call', 'far jump', 'interrupt return'].includes(transferOf(form)))
    return refuse('FarTransfer', address, 'it loads CS');
  if (isHypercallGroup(placed)) return refuse('Hypercall', address, 'it is for a hypervisor');
  return null;
};

const int3 = 0xcc;

/** UD2 and the letters xen or kvm. */
const emulatePrefixes: readonly (readonly number[])[] = [
  [0x0f, 0x0b, 0x78, 0x65, 0x6e],
  [0x0f, 0x0b, 0x6b, 0x76, 0x6d],
];

const isEmulatePrefix = (text: Uint8Array): boolean =>
  emulatePrefixes.some((prefix) => prefix.every((byte, k) => text[k] === byte));

/** MOV SS and POP SS (SDM 3A 6.8.3); LSS does not. */
const masksExceptions = ({ instruction }: Placed): boolean => {
  const [spec] = forms[instruction.form].operands;
  return spec?.access.includes('w') && instruction.operands[0] === Register.ss;
};

/** 0F 01 C0 to C7: VMCALL and its neighbours. */
const isHypercallGroup = ({ instruction: { map, opcode, modrm } }: Placed): boolean =>
  map === 1 && opcode === 0x01 && modrm >= 0xc0 && modrm <= 0xc7;
