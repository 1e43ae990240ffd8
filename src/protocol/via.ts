import { type HeaderPairs } from './endToEndHeaders.ts';

/** The name by which a run of the server marks what it passes on (the header Via), and knows it again. */
export function viaName(run: string): string {
  return `roistat-hook-${run}`;
}

/** Whether a request went through the server of this name before. */
export function hasPassed(headers: HeaderPairs, name: string): boolean {
  return headers.some(
    ([header, value]) =>
      // Each entry is a protocol, a name, and perhaps a remark.
      header.toLowerCase() === 'via' && value.split(',').some((entry) => entry.trim().split(/\s+/)[1] === name),
  );
}
