import { readdir } from 'node:fs/promises';

/** The file of a UTC day; `part` counts from 0 and grows past the size limit or beside another instance. */
export interface DayFileName {
  readonly day: string;
  readonly part: number;
}

export function dayFileName({ day, part }: DayFileName): string {
  return part === 0 ? `${day}.jsonl` : `${day}.${part}.jsonl`;
}

export function parseDayFileName(name: string): DayFileName | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:\.([1-9]\d*))?\.jsonl$/.exec(name);
  return match?.[1] === undefined ? undefined : { day: match[1], part: Number(match[2] ?? 0) };
}

/** The oldest first. */
export function compareDayFiles(a: DayFileName, b: DayFileName): number {
  return a.day < b.day ? -1 : a.day > b.day ? 1 : a.part - b.part;
}

/** The day files of a journal folder, oldest first. */
export async function listDayFiles(folder: string): Promise<DayFileName[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) => parseDayFileName(name) ?? [])
    .toSorted(compareDayFiles);
}
