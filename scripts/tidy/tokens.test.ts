import { describe, expect, it } from 'vitest';
import { tokensOf } from './tokens.ts';

const kinds = (text: string): readonly string[] => tokensOf(text).map((token) => `${token.kind} ${token.text}`);

describe('tokensOf', () => {
  it('tells a regular expression from a division', () => {
    expect(kinds('a / b / c')).toEqual(['name a', 'punctuation /', 'name b', 'punctuation /', 'name c']);
    expect(kinds('(a) / 2')).toContain('punctuation /');
    expect(kinds('x = /[/"]\\//g;')).toEqual(['name x', 'punctuation =', 'regex /[/"]\\//g', 'punctuation ;']);
    expect(kinds('return /{/u')).toEqual(['name return', 'regex /{/u']);
  });

  it('sees neither code nor comments in strings', () => {
    expect(kinds(`'// "{' "/*'" 'it\\'s'`)).toEqual([`string '// "{'`, `string "/*'"`, `string 'it\\'s'`]);
  });

  it('sees no strings in comments', () => {
    expect(kinds("a // it's\nb /* ' \n */ c")).toEqual([
      'name a',
      "comment // it's",
      'name b',
      "comment /* ' \n */",
      'name c',
    ]);
  });

  it('sees the code in templates, however deep', () => {
    expect(kinds('`a ${{ b: `${c}}` }} {`')).toEqual([
      'punctuation `',
      'template a ',
      'punctuation ${',
      'punctuation {',
      'name b',
      'punctuation :',
      'punctuation `',
      'punctuation ${',
      'name c',
      'punctuation }',
      'template }',
      'punctuation `',
      'punctuation }',
      'punctuation }',
      'template  {',
      'punctuation `',
    ]);
  });

  it('counts lines through everything that spans them', () => {
    const text = '/*\n*/ a\n`\n${b}\n` c';
    expect(tokensOf(text).flatMap(({ kind, text, line }) => (kind === 'name' ? [`${text} ${line}`] : []))).toEqual([
      'a 2',
      'b 4',
      'c 5',
    ]);
  });

  it('takes names of private members and of all scripts whole', () => {
    expect(kinds('this.#größe')).toEqual(['name this', 'punctuation .', 'name #größe']);
  });
});
