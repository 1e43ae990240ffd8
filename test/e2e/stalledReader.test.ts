import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:net';
import { type Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { binary } from '../helpers/cli.ts';
import { linesByFile } from '../helpers/disk.ts';
import { appendToDay } from '../helpers/journals.ts';
import { leadRecord } from '../helpers/leads.ts';
import { peakMemory, tellsMemory } from '../helpers/memory.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { hasPython } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { onTerminal } from '../helpers/terminal.ts';
import { upTo } from '../journal/contract.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** The built program with its stdout in a pipe that nobody reads until the test does. */
function startUnread(args: readonly string[], cwd: string): { child: Child; stderr: () => string } {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC' };
  const child = spawn(process.execPath, [binary, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return { child, stderr: () => stderr };
}

/** Reads stdout until it has this, and leaves it alone then: what comes behind stays in the pipe. */
async function readUntil({ stdout }: Child, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  for (;;) {
    const chunk = stdout.read() as Buffer | null;
    if (chunk === null) {
      await once(stdout, 'readable');
      continue;
    }
    text += chunk.toString('utf8');
    const match = pattern.exec(text);
    if (match) return match;
  }
}

/** Reads stdout to its end, or to that of the line with this. */
async function readAll({ stdout }: Child, last = '\0'): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    const end = Buffer.concat(chunks.slice(-2)).toString('utf8');
    if (end.includes(last) && end.endsWith('\n')) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends so many leads; resolves when all of them were answered ok. */
async function sendLeads(url: string, count: number): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  // Each value that is odd is told in a line of its own.
  const odd = `title=${'t'.repeat(300)}&created_date=x&email=x&data=%7B&phone=x&visit=%20`;
  socket.write(`GET /?action=lead&id=1&${odd} HTTP/1.1\r\n\r\n`.repeat(count));
  const good = '"status":"ok"';
  let answers = 0;
  let rest = '';
  for await (const chunk of socket) {
    const parts = (rest + String(chunk)).split(good);
    answers += parts.length - 1;
    // The beginning of one may stand at the end of a chunk.
    rest = (parts.at(-1) ?? '').slice(1 - good.length);
    if (answers >= count) break;
  }
  expect(answers).toBe(count);
}

const recordsIn = async (cwd: string): Promise<JournalRecord[]> =>
  Object.values(await linesByFile(join(cwd, 'roistat-log')))
    .flat()
    .map((line) => JSON.parse(line) as JournalRecord);

const notPrinted = /^note: (\d+) lines were not printed, for nobody read them; the journal has all$/m;
const serve = ['serve', '--port', '0', '--no-inspect'];

describe.runIf(tellsMemory)(
  'serve, and nobody reads what it prints (memory is known on Linux alone)',
  { timeout: 90_000 },
  () => {
    it.each([
      ['text', serve, /listens on (http:\S+)[^]*stops\.\n\n/, 20_000, 7],
      ['--json', [...serve, '--json'], /"url":"([^"]+)"[^]*\n/, 12_000, 1],
    ])('%s: all is answered and recorded in little memory; who reads again is told what is missing', async (...row) => {
      const [, args, ready, count, linesEach] = row;
      const cwd = await temporaryFolder();
      const { child, stderr } = startUnread(args, cwd);
      const [, url = ''] = await readUntil(child, ready);
      await sendLeads(url, 500);
      const before = peakMemory(child.pid ?? 0);
      await sendLeads(url, count);
      // Measured: 34 to 101, for V8 collects late when other programs want the processor, too.
      expect(peakMemory(child.pid ?? 0) - before).toBeLessThan(150);
      expect(stderr()).toBe('');
      const reading = readAll(child);
      let sent = count + 500;
      await expect
        .poll(async () => {
          await sendLeads(url, 1);
          sent += 1;
          return stderr();
        })
        .toMatch(notPrinted);
      const missing = Number(notPrinted.exec(stderr())?.[1]);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const printed = await reading;
      expect(await ended).toEqual([0, null]);
      // Whole lines, and none of them twice; the note is one sentence.
      const lines = printed.split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.filter((line) => (linesEach === 1 ? !line.endsWith('}') : !/^(\d\d:\d\d|  )/.test(line)))).toEqual(
        [],
      );
      expect(missing).toBeGreaterThan(1000);
      expect(lines.length + missing).toBe(sent * linesEach);
      expect(stderr().match(/note/g)).toHaveLength(1);
      expect((await recordsIn(cwd)).map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(sent));
    });

    it('who went away, as head does, stops it: what was answered is recorded', async () => {
      const cwd = await temporaryFolder();
      const { child } = startUnread([...serve, '--json'], cwd);
      const [, url = ''] = await readUntil(child, /"url":"([^"]+)"[^]*\n/);
      const ended = once(child, 'exit');
      child.stdout.destroy();
      await sendLeads(url, 50);
      expect(await ended).toEqual([0, null]);
      expect(await recordsIn(cwd)).toHaveLength(50);
    });
  },
);

describe.runIf(hasPython)('serve on a terminal (needs python3)', () => {
  it('that is held by Ctrl-S answers and records all the same, and goes on printing when it is let go', async () => {
    const cwd = await temporaryFolder();
    const { program, type } = onTerminal([process.execPath, binary, ...serve], { cwd, env: { NO_COLOR: '1' } });
    const [, url = ''] = await program.waitFor(/listens on (http:\S+)[^]*stops\.\r\n/);
    type('\x13');
    // The terminal takes some KiB before it holds.
    await sendLeads(url, 3000);
    expect(program.stdout()).not.toContain('#3000 ');
    type('\x11');
    await program.waitFor(/#3000 ←/);
    type('\x03');
    expect(await program.ended).toBe(0);
    expect(await recordsIn(cwd)).toHaveLength(3000);
  });
});

describe.runIf(tellsMemory)(
  'log --follow, and nobody reads what it prints (memory is known on Linux alone)',
  { timeout: 90_000 },
  () => {
    it('waits for the reader in little memory, and then gives all of it, in order', async () => {
      const cwd = await temporaryFolder();
      const folder = join(cwd, 'roistat-log');
      await mkdir(folder);
      const append = (from: number, to: number): Promise<unknown> =>
        appendToDay(
          folder,
          '2026-11-22',
          upTo(to - from + 1)
            .map((index) => encodeLine(leadRecord(from + index - 1, { text: 'Заявка '.repeat(150) })))
            .join(''),
        );
      await append(1, 500);
      const { child } = startUnread(['log', '--follow', '--json'], cwd);
      await readUntil(child, /"seq":500,[^]*\n/);
      const before = peakMemory(child.pid ?? 0);
      const last = 20_000;
      for (let from = 501; from < last; from += 500) await append(from, from + 499);
      await append(last + 1, last + 1);
      expect(peakMemory(child.pid ?? 0) - before).toBeLessThan(20);
      const text = await readAll(child, `"seq":${last + 1},`);
      const seqs = Array.from(text.matchAll(/^\{"v":1,[^]*?"seq":(\d+)/gm), ([, seq]) => Number(seq));
      expect(seqs).toEqual(upTo(last + 1).slice(500));
      expect(peakMemory(child.pid ?? 0) - before).toBeLessThan(60);
    });
  },
);
