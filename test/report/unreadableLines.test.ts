import { describe, expect, it } from 'vitest';
import { UnreadableLines } from '../../src/report/unreadableLines.ts';

/** The note on lines with these numbers. */
function noteOf(...lines: readonly number[]): string {
  const unreadable = new UnreadableLines();
  for (const line of lines) unreadable.add({ kind: 'unreadable', reason: 'not\u001bJSON', file: 'a.jsonl', line });
  expect(unreadable.count).toBe(lines.length);
  return unreadable.note;
}

describe('the note on lines that cannot be read', () => {
  it('says how many there are and where the first is, on lines of 80 characters', () => {
    expect(noteOf()).toBe('');
    expect(noteOf(3)).toBe('note: 1 line cannot be read and does not count: a.jsonl:3: not\\u001bJSON\n');
    expect(noteOf(7, 8)).toBe('note: 2 lines cannot be read and do not count: a.jsonl:7: not\\u001bJSON, …\n');
    expect(noteOf(-2)).toBe(
      'note: 1 line cannot be read and does not count: a.jsonl, line 2 from the end:\nnot\\u001bJSON\n',
    );
    expect(noteOf(0)).toBe('note: 1 line cannot be read and does not count: a.jsonl: not\\u001bJSON\n');
  });
});
