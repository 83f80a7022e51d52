/** What the laws need of ours besides its answers. */
import { anatomyOf } from '../../emulator/decode/anatomy.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { encode } from '../../emulator/encode/encode.ts';
import type { LawTools } from '../../harness/compare/laws.ts';

export const lawTools: LawTools = {
  reencode: (bytes, mode, vendor) => {
    const decoding = decode(bytes, mode, { vendor });
    return decoding.status === 'valid' ? encode(decoding.instruction) : null;
  },
  anatomyOf: (bytes, mode, vendor) => {
    const decoding = decode(bytes, mode, { vendor });
    return decoding.status === 'valid' ? anatomyOf(decoding.instruction) : [];
  },
};
