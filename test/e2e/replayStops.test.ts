import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { binary, runCli, startProgram } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { hasPython } from '../helpers/needs.ts';
import { recordOf } from '../helpers/records.ts';
import { freePort } from '../helpers/tcpServer.ts';
import { onTerminal } from '../helpers/terminal.ts';

const start = Date.UTC(2026, 10, 22);

/** So many leads, one each `gapMs` milliseconds. */
const leads = (count: number, gapMs = 1): JournalRecord[] =>
  Array.from({ length: count }, (_, index) =>
    recordOf(`/?action=lead&id=${index + 1}`, {
      seq: index + 1,
      receivedAt: new Date(start + index * gapMs).toISOString(),
    }),
  );

interface SlowHandler {
  readonly url: string;
  /** Ids in the order in which they came. */
  readonly ids: number[];
  /** When each came, in milliseconds. */
  readonly times: number[];
  /** Resolves when so many came. */
  readonly came: (count: number) => Promise<void>;
}

/** A handler that holds an answer back until what it waits for has happened. */
async function startSlowHandler(wait: (id: number) => Promise<void> | undefined = () => undefined) {
  const [ids, times]: [number[], number[]] = [[], []];
  const arrivals = new EventEmitter().setMaxListeners(0);
  const url = await startHandler((request, response) => {
    const id = Number(/id=(\d+)/.exec(request.url ?? '')?.[1]);
    ids.push(id);
    times.push(performance.now());
    arrivals.emit('request');
    response.setHeader('Content-Type', 'application/json');
    void Promise.resolve(wait(id)).then(() => response.end(`{"status":"ok","order_id":${id}}`));
  });
  const came = async (count: number): Promise<void> => {
    while (ids.length < count) await once(arrivals, 'request');
  };
  return { url, ids, times, came } satisfies SlowHandler;
}

/** Something to wait for, and what makes it happen. */
function makeGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const inOrder = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('Ctrl-C', () => {
  it('lets what is under way finish, and the command that it prints sends the rest, each exactly once', async () => {
    const gate = makeGate();
    // Answers come in another order than requests; from the twentieth on they wait for the signal.
    const handler: SlowHandler = await startSlowHandler((id) => {
      if (id >= 20) return gate.opened;
      return id % 2 === 1 ? handler.came(id + 1) : undefined;
    });
    const file = await journalFile(leads(60));
    const args = [
      'replay',
      file,
      '--url',
      handler.url,
      '--concurrency',
      '4',
      '--since',
      '2026-11-21',
      '--set',
      "name=O'Neil",
    ];
    const program = startProgram(args);
    await handler.came(23);
    process.kill(program.pid, 'SIGINT');
    await program.waitFor(/waiting for what is under way/, 'stderr');
    gate.open();
    expect(await program.ended).toBe(130);
    expect(program.stdout()).toMatch(/✗ interrupted: \d+ requests? in .+ accepted\n/);
    const first = handler.ids.length;
    expect(first).toBeLessThan(60);
    const [, command = ''] = /^Go on with: (.+)$/m.exec(program.stderr()) ?? [];
    expect(command).toMatch(new RegExp(`--after 0badcafe:${first}$`));
    expect(command).toContain(String.raw`--set 'name=O'\''Neil'`);
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout).toContain(`✓ ${60 - first} requests in`);
    expect(inOrder(handler.ids)).toEqual(upTo(60));
  });

  it('leaves nothing to go on with while the last ones are under way, and they are waited for', async () => {
    const gate = makeGate();
    const handler = await startSlowHandler(() => gate.opened);
    const args = ['replay', await journalFile(leads(5)), '--url', handler.url, '--limit', '3', '--concurrency', '3'];
    const program = startProgram(args);
    await handler.came(3);
    process.kill(program.pid, 'SIGINT');
    await program.waitFor(/waiting for what is under way/, 'stderr');
    gate.open();
    expect(await program.ended).toBe(0);
    expect(program.stdout()).toMatch(/✓ 3 requests in .+, 3 accepted\n/);
    expect(program.stderr()).not.toContain('Go on with');
  });

  it('ends a wait for the next turn', async () => {
    const handler = await startSlowHandler();
    const file = await journalFile(leads(3, 3_600_000));
    const waiting = startProgram(['replay', file, '--url', handler.url, '--speed', '1x']);
    await waiting.waitFor(/note: #2 follows in \d+\.\d s/, 'stderr');
    expect(await waiting.stop('SIGINT')).toBe(130);
    expect(waiting.stderr()).toContain('--speed 1x --after 0badcafe:1');
  });

  it.each([[], ['--json']])('a second one ends what is under way, and says what is left %j', async (...args) => {
    const handler = await startSlowHandler((id) => (id === 2 ? makeGate().opened : undefined));
    const stuck = startProgram(['replay', await journalFile(leads(3)), '--url', handler.url, ...args]);
    await handler.came(2);
    process.kill(stuck.pid, 'SIGINT');
    await stuck.waitFor(/a second Ctrl-C or SIGTERM ends at once/, 'stderr');
    const begin = performance.now();
    expect(await stuck.stop('SIGINT')).toBe(130);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(stuck.stdout()).toMatch(args.length > 0 ? /"end":"interrupted","sent":1,/ : /✗ interrupted: 1 request in/);
    expect(stuck.stderr()).toMatch(/^Go on with: .+ --after 0badcafe:1$/m);
    expect(handler.ids).toEqual([1, 2]);
  });
});

it('Ctrl-C ends the wait for a handler that is not up yet', async () => {
  // What cannot be sent is told at once; then the next one waits.
  const garbage = recordOf('', { method: null, target: null, run: 'earlier0', seq: 4 });
  const file = await journalFile([garbage, ...leads(3)].map((lead) => ({ ...lead, receivedAt: garbage.receivedAt })));
  const url = `http://127.0.0.1:${await freePort()}/`;
  const program = startProgram(['replay', file, '--url', url, '--wait', '5m']);
  await program.waitFor(/- #4/);
  const begin = performance.now();
  expect(await program.stop('SIGINT')).toBe(130);
  expect(performance.now() - begin).toBeLessThan(8000);
  expect(program.stderr()).toContain('--wait 300000ms --after earlier0:4');
});

it('has fifty requests under way without a word about it', async () => {
  const handler: SlowHandler = await startSlowHandler(() => handler.came(50));
  const args = ['replay', await journalFile(leads(60)), '--url', handler.url, '--concurrency', '50'];
  expect(await runCli(args)).toMatchObject({ code: 0, stderr: '' });
});

describe('the pace', () => {
  it('is at most --rate', async () => {
    const handler = await startSlowHandler();
    const { code } = await runCli([
      'replay',
      await journalFile(leads(6)),
      '--url',
      handler.url,
      '--rate',
      '10/s',
      '--concurrency',
      '5',
    ]);
    expect(code).toBe(0);
    const [first = 0, ...others] = handler.times;
    // Arrival is a little later than sending, never earlier; timers are precise to a few milliseconds.
    expect((others.at(-1) ?? 0) - first).toBeGreaterThan(400);
  });

  it('is that of the recording, divided by --speed', async () => {
    const handler = await startSlowHandler();
    const { code } = await runCli(['replay', await journalFile(leads(3, 1000)), '--url', handler.url, '--speed', '4x']);
    expect(code).toBe(0);
    const [first = 0, , third = 0] = handler.times;
    expect(third - first).toBeGreaterThan(400);
    expect(third - first).toBeLessThan(1500);
  });
});

describe.runIf(hasPython)('on a terminal (needs python3)', () => {
  const command = async (handler: SlowHandler): Promise<string[]> => {
    const file = await journalFile(leads(30));
    return [process.execPath, binary, 'replay', file, '--url', handler.url];
  };

  it('a bar says how far it is, and is gone at the end', async () => {
    const gate = makeGate();
    const handler = await startSlowHandler((id) => (id === 20 ? gate.opened : undefined));
    const { program } = onTerminal(await command(handler), { env: { NO_COLOR: '1' } });
    await program.waitFor(/█+░+ 19\/30 {2}19 ✓/);
    gate.open();
    expect(await program.ended).toBe(0);
    const text = program.stdout();
    // What is left on the screen: each line without what was cleared.
    const screen = text.split('\r\n').map((line) => line.split('\r\u001b[2K').at(-1));
    expect(screen.join('\n')).not.toMatch(/[█░]/);
    expect(screen.filter((line) => line?.startsWith('✓ #'))).toHaveLength(30);
    expect(screen.join('\n')).toMatch(/\n✓ 30 requests in [^\n]+, 30 accepted\n/);
  });

  it.each([{ TERM: 'dumb' }, { CI: 'true' }])('with %j there is none', async (env) => {
    const handler = await startSlowHandler();
    const { program } = onTerminal(await command(handler), { env });
    expect(await program.ended).toBe(0);
    expect(program.stdout()).not.toContain('█');
    expect(program.stdout()).not.toContain('\u001b[2K');
  });
});

it('takes a journal of 120 MB with a heap of 48 MB', async () => {
  const handler = await startSlowHandler();
  const parameters = { action: 'lead', text: 'x'.repeat(80_000) };
  const file = await journalFile(leads(1500).map((lead) => ({ ...lead, parameters })));
  const env = { NODE_OPTIONS: '--max-old-space-size=48' };
  const { code, stderr } = await runCli(['replay', file, '--url', handler.url, '--concurrency', '8'], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(handler.ids.length).toBe(1500);
}, 60_000);
