import { describe, expect, it } from 'vitest';
import { runCli, type RunningServe, startProgram, startServe } from '../helpers/cli.ts';
import { deliver } from '../helpers/php.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

async function serveWith(...faults: readonly string[]): Promise<RunningServe> {
  return startServe(['--log-dir', await temporaryFolder(), ...faults]);
}

/** The faults of the next leads, from the lines of `serve --json`. */
async function faultsOf(serve: RunningServe, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let id = 1; id <= count; id += 1) {
    await fetch(`${serve.url}?action=lead&id=${id}`, { redirect: 'manual' }).catch(() => {});
    found.push((await serve.nextLine())['fault']);
  }
  return found;
}

describe('send-lead names the fault that serve injects', () => {
  it.each([
    ['error-status', [], 1, 'rejected', 'status-not-ok'],
    ['no-order-id', [], 1, 'rejected', 'order-id-missing'],
    ['bad-json', [], 1, 'rejected', 'body-not-json'],
    ['html', [], 1, 'rejected', 'body-not-json'],
    ['http-500', [], 1, 'rejected', 'http-server-error'],
    ['redirect', [], 1, 'rejected', 'redirect'],
    ['reset', [], 3, 'unreachable', 'connection-reset'],
    ['slow=10s', ['--timeout', '500ms'], 3, 'unreachable', 'timeout'],
    ['slow=5.1s', [], 0, 'accepted', 'answer-slow'],
  ])('%s', async (fault, args, exitCode, verdict, problem) => {
    const serve = await serveWith('--fault', fault);
    const { code, document } = await deliver('send-lead', serve.url, args);
    expect({ code, verdict: document.verdict }).toEqual({ code: exitCode, verdict });
    expect(document.problems.map(({ code: found }) => found)).toEqual([problem]);
    expect(await serve.nextLine()).toMatchObject({
      fault,
      problems: fault === 'slow=10s' ? [{ code: 'caller-gone' }] : [],
    });
  });
});

describe('shares', () => {
  const faults = ['--fault', 'http-500:30%', '--fault', 'reset:0.2', '--fault', 'error-status:0.1'];

  it('are drawn the same again with the seed that the ready line tells, and otherwise with another', async () => {
    const first = await serveWith(...faults);
    const ready = JSON.parse(first.stdout()) as { faults: { names: string[]; seed: number } };
    expect(ready.faults).toEqual({
      names: ['http-500 30%', 'reset 20%', 'error-status 10%'],
      seed: expect.any(Number),
    });
    const drawn = await faultsOf(first, 30);
    expect(new Set(drawn).size).toBeGreaterThan(2);
    const again = await serveWith(...faults, '--seed', String(ready.faults.seed));
    expect(await faultsOf(again, 30)).toEqual(drawn);
    const other = await serveWith(...faults, '--seed', String(ready.faults.seed === 1 ? 2 : 1));
    expect(await faultsOf(other, 30)).not.toEqual(drawn);
  });

  it('are told on the terminal, with what repeats them', async () => {
    const args = ['serve', '--port', '0', '--no-color', ...faults, '--seed', '7'];
    const serve = startProgram(args, { cwd: await temporaryFolder() });
    await serve.waitFor(/ {2}Faults {3}http-500 30%, reset 20%, error-status 10% \(--seed 7 repeats this run\)\n/);
    const [, url = ''] = await serve.waitFor(/listens on (\S+)/);
    for (let id = 1; id <= 20; id += 1) await fetch(`${url}?action=lead&id=${id}`).catch(() => {});
    await serve.waitFor(/← 500 {2}fault http-500 {2}\d/);
    const [line] = await serve.waitFor(/← no answer, on purpose {2}fault reset\n/);
    expect(line).toContain('reset');
  });
});

describe('a sequence', () => {
  it('comes in turn, and then all is well; each counts for --exit-after', async () => {
    const serve = await serveWith('--fault-sequence', 'http-500,ok,reset,no-order-id', '--exit-after', '6');
    expect(await faultsOf(serve, 6)).toEqual(['http-500', undefined, 'reset', 'no-order-id', undefined, undefined]);
    expect(await serve.ended).toBe(0);
  });

  it('and shares together are wrong usage; of different places the stronger holds', async () => {
    const both = ['serve', '--port', '0', '--fault', 'html', '--fault-sequence', 'ok'];
    const { code, stdout, stderr } = await runCli(both, { cwd: await temporaryFolder() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--fault and --fault-sequence were both given');
    const cwd = await temporaryFolder();
    const env = { ROISTAT_HOOK_FAULT: 'html:50%\nreset:50%' };
    const serve = await startServe(['--fault-sequence', 'http-500'], { cwd, env });
    expect(await faultsOf(serve, 2)).toEqual(['http-500', undefined]);
    const fromVariable = await startServe([], { cwd, env });
    expect(new Set(await faultsOf(fromVariable, 12))).toEqual(new Set(['html', 'reset']));
  });
});

it('a slow answer does not keep serve from its end', async () => {
  const serve = await serveWith('--fault', 'slow=10m');
  const response = fetch(`${serve.url}?action=lead&id=1`);
  await fetch(serve.url);
  const start = performance.now();
  expect(await serve.stop()).toBe(0);
  expect(performance.now() - start).toBeLessThan(7500);
  expect((await response).status).toBe(200);
});
