/** Forms by where their opcode stands: map and opcode byte, of which `+rd` takes eight. */
import type { Form } from './form.ts';
import { opcodeIndex } from './opcode-map.ts';

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
