import { excerpt } from '../protocol/excerpt.ts';

/** Characters shown of each text, and how many of them stand before the first that differs. */
const shownLength = 60;
const before = 20;

function from(text: string, start: number): string {
  return start === 0 ? excerpt(text, shownLength) : `…${excerpt(text.slice(start).toWellFormed(), shownLength - 1)}`;
}

/** Pieces of two texts around the first character in which they differ. */
export function firstDifference(one: string, other: string): readonly [string, string] {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  const start = index < shownLength - before ? 0 : index - before;
  return [from(one, start), from(other, start)];
}
