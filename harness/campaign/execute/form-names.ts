/** The names of forms that executions are of. */
import { Decoder } from '../../../emulator/decode/decoder.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { formName } from '../../coverage/tally.ts';
import type { Execution } from '../../execution.ts';
import type { Case } from './setup.ts';

const names: readonly string[] = forms.map(formName);

export class FormNames {
  readonly #decoders = new Map<Mode, Decoder>();
  readonly #instruction = new Instruction();
  readonly #vendor: Vendor;

  constructor(vendor: Vendor) {
    this.#vendor = vendor;
  }

  /** Of what the case says that it is of, else of what its bytes are; undefined where they are none. */
  of(execution: Execution | Case): string | undefined {
    if ('form' in execution && execution.form >= 0) return names[execution.form];
    const { bytes, mode } = execution;
    const decoder = this.#decoders.get(mode) ?? new Decoder(mode, this.#vendor);
    this.#decoders.set(mode, decoder);
    const status = decoder.decode(bytes, 0, bytes.length, this.#instruction);
    return status === Status.valid ? names[this.#instruction.form] : undefined;
  }
}
