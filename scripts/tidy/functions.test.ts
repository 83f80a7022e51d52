import { describe, expect, it } from 'vitest';
import { functionsOf, lineCount } from './functions.ts';
import { codeOf, tokensOf } from './tokens.ts';

const lineCounts = (text: string): readonly number[] => functionsOf(codeOf(tokensOf(text))).map(lineCount);

describe('functionsOf', () => {
  it.each([
    ['a function', 'function f(a = {}) {\n\n}'],
    ['a function with a type', 'function f<T>(a: T): T {\n\n}'],
    ['a function whose type has braces', 'function f(): { a: number } {\n\n}'],
    ['a function whose type has commas', 'function f(): Map<string, { a: 1 }[]> | null {\n\n}'],
    ['a method', 'class C { #m(): void {\n\n} }'],
    ['an accessor', 'class C { get m(): number {\n\n} }'],
    ['an arrow function', 'const f = (a) => {\n\n};'],
    ['an arrow function with a type', 'const f = async (a): Promise<{ a: 1 }> => {\n\n};'],
    ['an arrow function without braces', 'const f = (a) => [\n1,\n2];'],
    ['an arrow function that is an argument', 'f(1, (a) => g(\n{},\na), 3);'],
    ['an arrow function that makes an object', 'const f = () => ({\n\n});'],
  ])('measures %s', (_, text) => {
    expect(lineCounts(text)).toEqual([3]);
  });

  it('measures a function and those in it', () => {
    expect(lineCounts('function f() {\n  const g = () => {\n  };\n}')).toEqual([4, 2]);
  });

  it.each([
    ['statements', 'if (a) {\n} else if (b) {\n}\nfor (const c of d) {\n}\nwhile (e) {\n}\nswitch (f) {\n}'],
    ['loops that await', 'for await (const a of b) {\n}'],
    ['a catch', 'try {\n} catch (error) {\n}'],
    ['a class that extends a call', 'class A extends B(C) {\n}'],
    ['a choice between objects', 'const a = f(b) ? g(c) : {\n};'],
    ['a case', 'switch (a) { case f(b): {\n} }'],
    ['objects and types', 'interface A { b: { c: 1 } }\nconst d: A = {\n};'],
  ])('takes %s for no function', (_, text) => {
    expect(lineCounts(text)).toEqual([]);
  });
});
