import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { tellsMemory } from '../helpers/memory.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const mebibyte = 1024 * 1024;

/** Tells at the end of a program the most memory that it had, in KiB. */
const tellPeak = `process.on('exit', () => require('node:fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS + '\\n'));`;

describe.runIf(tellsMemory)('a packed journal of somebody else', () => {
  it.each([
    ['one line without an end', 'x', []],
    ['NULs without an end', '\0', []],
    ['one line without an end, searched', 'x', ['--where', 'phone~7999']],
  ])('that becomes 256 MiB, %s, takes little memory, and the record before it is read', async (_what, byte, more) => {
    const cwd = await temporaryFolder();
    const record = gzipSync(`${JSON.stringify(sampleRecord({ parameters: { phone: '+79990001122' } }))}\n`);
    const member = gzipSync(byte.repeat(mebibyte));
    await writeFile(join(cwd, 'bomb.jsonl.gz'), Buffer.concat([record, ...Array.from({ length: 256 }, () => member)]));
    await writeFile(join(cwd, 'peak.cjs'), tellPeak);
    const env = { NODE_OPTIONS: '--require ./peak.cjs' };
    const { code, stdout, stderr } = await runCli(['log', 'bomb.jsonl.gz', '--json', ...more], { cwd, env });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr.replaceAll('\n', ' ')).toContain('note: 1 line cannot be read and does not count');
    const [, peak] = /^peak (\d+)$/m.exec(stderr) ?? [];
    expect(Number(peak)).toBeGreaterThan(0);
    expect(Number(peak)).toBeLessThan(200 * 1024);
  });
});
