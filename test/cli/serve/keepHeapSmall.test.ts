import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const source = new URL('../../../src/cli/serve/keepHeapSmall.ts', import.meta.url).href;

/** Keeps the last 200,000 of two million objects, and prints how many bytes the heap took at the most. */
const program = `
import { getHeapStatistics } from 'node:v8';
if (process.argv[2] === 'small') (await import('${source}')).keepHeapSmall();
const kept = [];
let most = 0;
for (let made = 0; made < 2_000_000; made += 1) {
  kept[made % 200_000] = [made, made + 1, made + 2, String(made), { made }];
  if (made % 10_000 === 0) most = Math.max(most, getHeapStatistics().total_heap_size);
}
console.log(most);
`;

it('takes two thirds of the memory, at the most, for what comes and goes', async () => {
  const file = join(await temporaryFolder(), 'comeAndGo.mjs');
  await writeFile(file, program);
  const mostBytes = async (growth: string): Promise<number> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file, growth]);
    return Number(stdout);
  };
  const [usual, small] = [await mostBytes('usual'), await mostBytes('small')];
  expect(small).toBeGreaterThan(0);
  expect(small / usual).toBeLessThan(2 / 3);
});
