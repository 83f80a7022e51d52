/** All rules of the house that a program can check, over the whole tree. */
import { checkDependencies } from './dependencies.ts';
import { checkDocuments } from './documents.ts';
import { checkFloors } from './floors.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkLength } from './length.ts';
import { checkPlaces } from './places.ts';
import { isSource, sourceOf, type TextFile } from './source.ts';
import type { Violation } from './violation.ts';
import { checkDeclaredNames, checkFileNames } from './words.ts';

export const checkHouse = (files: readonly TextFile[]): readonly Violation[] => {
  const sources = files.filter(({ path }) => isSource(path)).map(sourceOf);
  return [
    ...checkFloors(sources),
    ...checkLength(sources),
    ...checkFileNames(files),
    ...checkDeclaredNames(sources),
    ...checkLeftovers(sources),
    ...checkPlaces(files),
    ...checkDocuments(files),
    ...checkDependencies(files),
  ].sort((left, right) => order(left.path, right.path) || left.line - right.line || order(left.message, right.message));
};

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
