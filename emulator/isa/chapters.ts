/** The chapters of the instruction set: the unit of row files, of semantics, of capture files and of the coverage page. */
import type { Row } from './row.ts';
import { amx } from './rows/amx.ts';
import { amxExtensions } from './rows/amx-extensions.ts';
import { apxArithmetic } from './rows/apx-arithmetic.ts';
import { apxConditions } from './rows/apx-conditions.ts';
import { apxLogic } from './rows/apx-logic.ts';
import { apxMoves } from './rows/apx-moves.ts';
import { arithmetic } from './rows/arithmetic.ts';
import { avx } from './rows/avx.ts';
import { avxExtensions } from './rows/avx-extensions.ts';
import { avx2 } from './rows/avx2.ts';
import { avx10 } from './rows/avx10.ts';
import { avx10Bf16 } from './rows/avx10-bf16.ts';
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
import { readShared } from './rows/read-shared.ts';
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

/** Those of general registers, flags, memory and the system. */
export const integerRows = {
  'data-transfer': dataTransfer,
  stack,
  arithmetic,
  logic,
  shift,
  'bit-and-byte': bitAndByte,
  'bit-manipulation': bitManipulation,
  'compare-and-add': compareAndAdd,
  'control-transfer': controlTransfer,
  string,
  'input-output': inputOutput,
  'flag-control': flagControl,
  nop,
  cache,
  state,
  system,
  'virtual-machine': virtualMachine,
  bounds,
} as const satisfies Readonly<Record<string, readonly Row[]>>;

/** Those of the x87 stack, of vector, mask and tile registers; and what some vendors had alone. */
const otherRows = {
  x87,
  mmx,
  'three-d-now': threeDNow,
  sse,
  sse2,
  sse3,
  sse4,
  cryptography,
  'vendor-history': vendorHistory,
  avx,
  avx2,
  fma,
  'avx-extensions': avxExtensions,
  'mask-registers': maskRegisters,
  amx,
  xop,
  fma4,
  'trailing-bit': trailingBit,
  'lightweight-profiling': lightweightProfiling,
  'user-msr': userMsr,
  'avx512-foundation': avx512Foundation,
  'avx512-bytes-words': avx512BytesWords,
  'avx512-extensions': avx512Extensions,
  'avx512-fp16': avx512Fp16,
  'knights-corner': knightsCorner,
  avx10,
  'avx10-bf16': avx10Bf16,
  'amx-extensions': amxExtensions,
  'read-shared': readShared,
  'apx-arithmetic': apxArithmetic,
  'apx-logic': apxLogic,
  'apx-conditions': apxConditions,
  'apx-moves': apxMoves,
} as const satisfies Readonly<Record<string, readonly Row[]>>;

export type IntegerChapter = keyof typeof integerRows;
export type Chapter = IntegerChapter | keyof typeof otherRows;

/** In the order of their forms. */
export const chapterRows: Readonly<Record<Chapter, readonly Row[]>> = { ...integerRows, ...otherRows };

const isChapter = (name: string): name is Chapter => name in chapterRows;
export const isIntegerChapter = (name: string): name is IntegerChapter => name in integerRows;

export const chapters: readonly Chapter[] = Object.keys(chapterRows).filter(isChapter);

/** Those whose state executions are compared in. */
export const integerChapters: readonly IntegerChapter[] = Object.keys(integerRows).filter(isIntegerChapter);
