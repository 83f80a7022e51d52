import type { Form } from './form.ts';
import { readRow } from './notation.ts';
import type { Row } from './row.ts';
import { amx } from './rows/amx.ts';
import { arithmetic } from './rows/arithmetic.ts';
import { avx } from './rows/avx.ts';
import { avxExtensions } from './rows/avx-extensions.ts';
import { avx2 } from './rows/avx2.ts';
import { avx512BytesWords } from './rows/avx512-bytes-words.ts';
import { avx512Extensions } from './rows/avx512-extensions.ts';
import { avx512Foundation } from './rows/avx512-foundation.ts';
import { avx512Fp16 } from './rows/avx512-fp16.ts';
import { bitAndByte } from './rows/bit-and-byte.ts';
import { bitManipulation } from './rows/bit-manipulation.ts';
import { bounds } from './rows/bounds.ts';
import { cache } from './rows/cache.ts';
import { compareAndAdd } from './rows/compare-and-add.ts';
import { controlTransfer } from './rows/control-transfer.ts';
import { cryptography } from './rows/cryptography.ts';
import { dataTransfer } from './rows/data-transfer.ts';
import { flagControl } from './rows/flag-control.ts';
import { fma } from './rows/fma.ts';
import { fma4 } from './rows/fma4.ts';
import { inputOutput } from './rows/input-output.ts';
import { knightsCorner } from './rows/knights-corner.ts';
import { lightweightProfiling } from './rows/lightweight-profiling.ts';
import { logic } from './rows/logic.ts';
import { maskRegisters } from './rows/mask-registers.ts';
import { mmx } from './rows/mmx.ts';
import { nop } from './rows/nop.ts';
import { shift } from './rows/shift.ts';
import { sse } from './rows/sse.ts';
import { sse2 } from './rows/sse2.ts';
import { sse3 } from './rows/sse3.ts';
import { sse4 } from './rows/sse4.ts';
import { stack } from './rows/stack.ts';
import { state } from './rows/state.ts';
import { string } from './rows/string.ts';
import { system } from './rows/system.ts';
import { threeDNow } from './rows/three-d-now.ts';
import { trailingBit } from './rows/trailing-bit.ts';
import { userMsr } from './rows/user-msr.ts';
import { vendorHistory } from './rows/vendor-history.ts';
import { virtualMachine } from './rows/virtual-machine.ts';
import { x87 } from './rows/x87.ts';
import { xop } from './rows/xop.ts';

const chapters: readonly (readonly Row[])[] = [
  dataTransfer,
  stack,
  arithmetic,
  logic,
  shift,
  bitAndByte,
  bitManipulation,
  compareAndAdd,
  controlTransfer,
  string,
  inputOutput,
  flagControl,
  nop,
  cache,
  state,
  system,
  virtualMachine,
  bounds,
  x87,
  mmx,
  threeDNow,
  sse,
  sse2,
  sse3,
  sse4,
  cryptography,
  vendorHistory,
  avx,
  avx2,
  fma,
  avxExtensions,
  maskRegisters,
  amx,
  xop,
  fma4,
  trailingBit,
  lightweightProfiling,
  userMsr,
  avx512Foundation,
  avx512BytesWords,
  avx512Extensions,
  avx512Fp16,
  knightsCorner,
];

/** Every form of the ISA; `Instruction.form` is an index into it. */
export const forms: readonly Form[] = chapters.flat().map(readRow);
