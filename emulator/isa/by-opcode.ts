/** Forms by where their opcode stands: map and opcode byte, of which `+rd` takes eight. */
import type { Form, OpcodeMap } from './form.ts';

/** 4 maps of 256 opcodes. */
const opcodeIndex = (map: OpcodeMap, opcode: number): number => (map << 8) | opcode;

export const groupByOpcode = (forms: readonly Form[]): ReadonlyMap<number, readonly Form[]> => {
  const groups = new Map<number, Form[]>();
  for (const form of forms) {
    for (let low = 0; low < (form.opcodeRegister ? 8 : 1); low++) {
      const index = opcodeIndex(form.map, form.opcode + low);
      const group = groups.get(index);
      if (group === undefined) groups.set(index, [form]);
      else group.push(form);
    }
  }
  return groups;
};
