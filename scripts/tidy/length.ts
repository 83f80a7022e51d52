/** A file is one idea, and a function is read without scrolling. */
import { functionsOf, lineCount } from './functions.ts';
import { isForTests, isTest, type SourceFile } from './source.ts';
import type { Violation } from './violation.ts';

const mostFileLines = 300;
const mostFunctionLines = 70;

export const checkLength = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap((file) => [...checkFile(file), ...checkFunctions(file)]);

const checkFile = ({ path, text }: SourceFile): readonly Violation[] => {
  const lines = text.trimEnd().split('\n').length;
  if (lines <= mostFileLines || isTest(path) || isRows(path)) return [];
  return [{ path, line: 0, message: `${lines} lines; a file has at most ${mostFileLines}. Divide it by idea` }];
};

/** Tables: forms, and known divergences. */
const isRows = (path: string): boolean =>
  path.includes('/rows/') || /^harness\/known\/[a-z]+(?:-(?:vectors|registers))?\.ts$/.test(path);

const checkFunctions = ({ path, code }: SourceFile): readonly Violation[] =>
  functionsOf(code)
    .filter(
      (body) =>
        lineCount(body) > mostFunctionLines && !(isForTests(path) && (isSuite(body.code) || isTable(body.code))),
    )
    .map((body) => ({
      path,
      line: body.first.line,
      message: `a function of ${lineCount(body)} lines; at most ${mostFunctionLines}. Divide it by step`,
    }));

/** What is given to `describe` is a list of tests. */
const isSuite = (code: readonly { readonly text: string }[]): boolean =>
  code.some(({ text }) => text === 'it' || text === 'test' || text === 'describe');

/** An arrow function which only makes a list or record of samples. */
const isTable = (code: readonly { readonly text: string }[]): boolean => code[0]?.text === '[' || code[0]?.text === '(';
