/** What each form does: its chapter's function of its mnemonic. */
import { forms } from '../isa/forms.ts';
import type { Row } from '../isa/row.ts';
import { amx as amxRows } from '../isa/rows/amx.ts';
import { arithmetic as arithmeticRows } from '../isa/rows/arithmetic.ts';
import { avx as avxRows } from '../isa/rows/avx.ts';
import { avxExtensions as avxExtensionsRows } from '../isa/rows/avx-extensions.ts';
import { avx2 as avx2Rows } from '../isa/rows/avx2.ts';
import { avx512BytesWords as avx512BytesWordsRows } from '../isa/rows/avx512-bytes-words.ts';
import { avx512Extensions as avx512ExtensionsRows } from '../isa/rows/avx512-extensions.ts';
import { avx512Foundation as avx512FoundationRows } from '../isa/rows/avx512-foundation.ts';
import { avx512Fp16 as avx512Fp16Rows } from '../isa/rows/avx512-fp16.ts';
import { bitAndByte as bitAndByteRows } from '../isa/rows/bit-and-byte.ts';
import { bitManipulation as bitManipulationRows } from '../isa/rows/bit-manipulation.ts';
import { bounds as boundsRows } from '../isa/rows/bounds.ts';
import { cache as cacheRows } from '../isa/rows/cache.ts';
import { compareAndAdd as compareAndAddRows } from '../isa/rows/compare-and-add.ts';
import { controlTransfer as controlTransferRows } from '../isa/rows/control-transfer.ts';
import { cryptography as cryptographyRows } from '../isa/rows/cryptography.ts';
import { dataTransfer as dataTransferRows } from '../isa/rows/data-transfer.ts';
import { flagControl as flagControlRows } from '../isa/rows/flag-control.ts';
import { fma as fmaRows } from '../isa/rows/fma.ts';
import { fma4 as fma4Rows } from '../isa/rows/fma4.ts';
import { inputOutput as inputOutputRows } from '../isa/rows/input-output.ts';
import { knightsCorner as knightsCornerRows } from '../isa/rows/knights-corner.ts';
import { lightweightProfiling as lightweightProfilingRows } from '../isa/rows/lightweight-profiling.ts';
import { logic as logicRows } from '../isa/rows/logic.ts';
import { maskRegisters as maskRegistersRows } from '../isa/rows/mask-registers.ts';
import { mmx as mmxRows } from '../isa/rows/mmx.ts';
import { nop as nopRows } from '../isa/rows/nop.ts';
import { shift as shiftRows } from '../isa/rows/shift.ts';
import { sse as sseRows } from '../isa/rows/sse.ts';
import { sse2 as sse2Rows } from '../isa/rows/sse2.ts';
import { sse3 as sse3Rows } from '../isa/rows/sse3.ts';
import { sse4 as sse4Rows } from '../isa/rows/sse4.ts';
import { stack as stackRows } from '../isa/rows/stack.ts';
import { state as stateRows } from '../isa/rows/state.ts';
import { string as stringRows } from '../isa/rows/string.ts';
import { system as systemRows } from '../isa/rows/system.ts';
import { threeDNow as threeDNowRows } from '../isa/rows/three-d-now.ts';
import { trailingBit as trailingBitRows } from '../isa/rows/trailing-bit.ts';
import { userMsr as userMsrRows } from '../isa/rows/user-msr.ts';
import { vendorHistory as vendorHistoryRows } from '../isa/rows/vendor-history.ts';
import { virtualMachine as virtualMachineRows } from '../isa/rows/virtual-machine.ts';
import { x87 as x87Rows } from '../isa/rows/x87.ts';
import { xop as xopRows } from '../isa/rows/xop.ts';
import { arithmetic } from './arithmetic.ts';
import { bitAndByte } from './bit-and-byte.ts';
import { bitManipulation } from './bit-manipulation.ts';
import { bounds } from './bounds.ts';
import { cache } from './cache.ts';
import { compareAndAdd } from './compare-and-add.ts';
import { controlTransfer } from './control-transfer.ts';
import type { Semantic } from './cpu.ts';
import { dataTransfer } from './data-transfer.ts';
import { flagControl } from './flag-control.ts';
import { inputOutput } from './input-output.ts';
import { logic } from './logic.ts';
import { nop } from './nop.ts';
import { shift } from './shift.ts';
import { stack } from './stack.ts';
import { state } from './state.ts';
import { string } from './string.ts';
import { system } from './system.ts';
import { mmxMoves, sse2Moves, sseMoves } from './vector-moves.ts';
import { virtualMachine } from './virtual-machine.ts';
import { x87Control } from './x87-control.ts';

interface Chapter {
  readonly rows: readonly Row[];
  /** None of it is emulated where this is absent. */
  readonly semantics?: Readonly<Record<string, Semantic>>;
}

/** In the order of `forms`. */
const chapters: readonly Chapter[] = [
  { rows: dataTransferRows, semantics: dataTransfer },
  { rows: stackRows, semantics: stack },
  { rows: arithmeticRows, semantics: arithmetic },
  { rows: logicRows, semantics: logic },
  { rows: shiftRows, semantics: shift },
  { rows: bitAndByteRows, semantics: bitAndByte },
  { rows: bitManipulationRows, semantics: bitManipulation },
  { rows: compareAndAddRows, semantics: compareAndAdd },
  { rows: controlTransferRows, semantics: controlTransfer },
  { rows: stringRows, semantics: string },
  { rows: inputOutputRows, semantics: inputOutput },
  { rows: flagControlRows, semantics: flagControl },
  { rows: nopRows, semantics: nop },
  { rows: cacheRows, semantics: cache },
  { rows: stateRows, semantics: state },
  { rows: systemRows, semantics: system },
  { rows: virtualMachineRows, semantics: virtualMachine },
  { rows: boundsRows, semantics: bounds },
  { rows: x87Rows, semantics: x87Control },
  { rows: mmxRows, semantics: mmxMoves },
  { rows: threeDNowRows },
  { rows: sseRows, semantics: sseMoves },
  { rows: sse2Rows, semantics: sse2Moves },
  { rows: sse3Rows },
  { rows: sse4Rows },
  { rows: cryptographyRows },
  { rows: vendorHistoryRows },
  { rows: avxRows },
  { rows: avx2Rows },
  { rows: fmaRows },
  { rows: avxExtensionsRows },
  { rows: maskRegistersRows },
  { rows: amxRows },
  { rows: xopRows },
  { rows: fma4Rows },
  { rows: trailingBitRows },
  { rows: lightweightProfilingRows },
  { rows: userMsrRows },
  { rows: avx512FoundationRows },
  { rows: avx512BytesWordsRows },
  { rows: avx512ExtensionsRows },
  { rows: avx512Fp16Rows },
  { rows: knightsCornerRows },
];

const unsupported: Semantic = (cpu) => cpu.unsupported();

const byForm: readonly Semantic[] = chapters
  .flatMap(({ rows, semantics }) => rows.map(() => semantics))
  .map((semantics, form) => semantics?.[forms[form].mnemonic] ?? unsupported);

/** What a form does: an index into `forms`. */
export const semanticOf = (form: number): Semantic => byForm[form];
