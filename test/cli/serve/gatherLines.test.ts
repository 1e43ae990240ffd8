import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gatherLines } from '../../../src/cli/serve/gatherLines.ts';

describe('gatherLines', () => {
  const setUp = () => {
    const written: Array<string | Uint8Array> = [];
    const lines = gatherLines({ write: (text) => void written.push(text), isTTY: false, columns: undefined }, () => {});
    return { written, lines };
  };

  it('writes what comes within one turn of the event loop in one go, in order, and nothing twice', async () => {
    const { written, lines } = setUp();
    lines.write('1\n');
    lines.write('2\n');
    expect(written).toEqual([]);
    await turn();
    lines.write('3\n');
    await turn();
    expect(written).toEqual(['1\n2\n', '3\n']);
  });

  it('writes at once what is left at the end', async () => {
    const { written, lines } = setUp();
    lines.write('1\n');
    lines.flush();
    await turn();
    expect(written).toEqual(['1\n']);
  });

  it('drops lines while too much waits for a reader, and tells how many once there is room, or at the end', async () => {
    const written: Array<string | Uint8Array> = [];
    const told: number[] = [];
    let waiting = 0;
    const output = { write: (text: string | Uint8Array) => void written.push(text), pending: () => waiting };
    const lines = gatherLines({ ...output, isTTY: false, columns: undefined }, (dropped) => void told.push(dropped));
    waiting = 5 * 1024 * 1024;
    lines.write('1\n2\n');
    await turn();
    lines.write('3\n');
    await turn();
    expect([written, told]).toEqual([[], []]);
    waiting = 0;
    lines.write('4\n');
    await turn();
    expect([written, told]).toEqual([['4\n'], [3]]);
    waiting = 5 * 1024 * 1024;
    lines.write('5\n');
    lines.flush();
    expect(told).toEqual([3, 1]);
  });
});
