/** A file of the tree as the checks see it. */
import { codeOf, type Token, tokensOf } from './tokens.ts';

export interface TextFile {
  /** From the top of the tree, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface SourceFile extends TextFile {
  readonly tokens: readonly Token[];
  /** Tokens without comments. */
  readonly code: readonly Token[];
}

export const sourceOf = (file: TextFile): SourceFile => {
  const tokens = tokensOf(file.text);
  return { ...file, tokens, code: codeOf(tokens) };
};

export const isSource = (path: string): boolean => /\.(?:ts|mjs)$/.test(path);
export const isTest = (path: string): boolean => path.endsWith('.test.ts');
/** Runs in tests only. */
export const isForTests = (path: string): boolean => isTest(path) || path.split('/').includes('testing');
export const isDocument = (path: string): boolean => path.endsWith('.md');
