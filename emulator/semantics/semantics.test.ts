import { describe, expect, it } from 'vitest';
import { chapterRows, chapters } from '../isa/chapters.ts';
import { forms } from '../isa/forms.ts';
import { arithmetic } from '../isa/rows/arithmetic.ts';
import { dataTransfer } from '../isa/rows/data-transfer.ts';
import { system } from '../isa/rows/system.ts';
import { controlTransfer as controlTransferSemantics } from './control-transfer.ts';
import { semanticOf } from './semantics.ts';
import { stack } from './stack.ts';
import { system as systemSemantics } from './system.ts';

const formOf = (syntax: string, opcodeText: string): number =>
  forms.findIndex((form) => form.syntax === syntax && form.opcodeText === opcodeText);

describe('semanticOf', () => {
  it('knows what each form does', () => {
    const unknown = forms.filter(({ id }) => typeof semanticOf(id) !== 'function');
    expect(unknown.map(({ syntax }) => syntax)).toEqual([]);
  });

  it('has the forms in the order of their chapters', () => {
    expect(forms[0].syntax).toBe(dataTransfer[0][1]);
    const last = chapters.at(-1);
    expect(forms.at(-1)?.syntax).toBe(last === undefined ? '' : chapterRows[last].at(-1)?.[1]);
    expect(forms.some(({ syntax }) => syntax === arithmetic[0][1])).toBe(true);
  });

  it.each([
    ['PUSH ES', 'o16 06', stack.PUSH],
    ['JNE rel8', 'o64 75 cb', controlTransferSemantics.JNE],
    ['MOV CRn, r64:rm', '0F 22 /r', systemSemantics.MOV],
    [system[0][1], system[0][0], systemSemantics.SLDT],
  ])('finds %s in its chapter', (syntax, opcodeText, semantic) => {
    expect(semanticOf(formOf(syntax, opcodeText))).toBe(semantic);
  });
});
