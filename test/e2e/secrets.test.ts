import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canary, leaksIn, leaksInFiles, signedToken, startChatterbox } from '../helpers/canaries.ts';
import { type CallOptions, runCli, startServe } from '../helpers/cli.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const login = `shop:${canary.login}`;
const header = `Authorization: Bearer ${canary.bearer}`;

/** Where secrets come from, in the ways that keep them out of the list of processes. */
const env = { ROISTAT_HOOK_USER: canary.user, ROISTAT_HOOK_PASSWORD: canary.password, ROISTAT_HOOK_HEADER: header };

/** What a command is there to show. Anything else that is a secret is nobody's business. */
const purpose: Readonly<Record<string, readonly string[]>> = {
  // The token is its result.
  token: [signedToken],
};

/** Files for options, in a folder of their own: those have the canaries in them. */
async function writeInputs(): Promise<
  Record<'passwordInFile' | 'brokenFile' | 'goodFile' | 'dotenv' | 'oddDotenv', string>
> {
  const folder = await temporaryFolder();
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const good = { header: [header], url: `http://${login}@127.0.0.1:1/?api_key=${canary.key}`, timeout: '1s' };
  return {
    passwordInFile: await write('password.json', JSON.stringify({ password: canary.password })),
    brokenFile: await write('broken.json', `{"header": ["${header}", ${canary.token}`),
    goodFile: await write('good.json', JSON.stringify(good)),
    dotenv: await write('good.env', `ROISTAT_HOOK_PASSWORD="${canary.password}"\nROISTAT_HOOK_TOKEN=${canary.token}\n`),
    oddDotenv: await write('odd.env', `ROISTAT_HOOK_PASWORD="${canary.password}"\nROISTAT_HOOK_TIMEOUT=never\n`),
  };
}

interface Stage {
  readonly cwd: string;
  readonly handler: string;
  readonly inputs: Awaited<ReturnType<typeof writeInputs>>;
  /** A port that `serve` cannot have, so that it ends. */
  readonly taken: string;
  readonly nobody: string;
}

type Case = readonly string[];

/** Sending to a handler that is there, and to others. */
function addresses({ handler, taken, nobody }: Stage): string[] {
  const withSecrets = (origin: string, way: string): string =>
    `${origin.replace('://', `://${login}@`)}${way}?api_key=${canary.key}&token=${canary.token}`;
  const ways = ['ok', 'refuse', 'id', 'redirect', 'break'].map((way) => withSecrets(handler, way));
  const other = [nobody, 'http://no-such-host.invalid/', `https://127.0.0.1:${taken}/`];
  return [...ways, ...other.map((origin) => withSecrets(origin, ''))];
}

/** What is wrong for each command that sends. */
const wrongSending = ({ inputs, nobody }: Stage): Case[] => [
  ['--url', `${login}@127.0.0.1`],
  ['--url', `ftp://${login}@127.0.0.1/?token=${canary.token}`],
  ['--header', header.replace(':', '')],
  ['--header', `${header}\u0001`],
  ['--proxy', nobody.replace('://', `://${login}@`)],
  ['--proxy', `${login}@nowhere`],
  ['--token', canary.token, '--password', canary.password],
  ['--token', canary.token, '--dry-run'],
  ['--dotenv', inputs.dotenv, '--timeout', '1s', '--url', nobody],
];

/** How each command is called; a command that is not here fails the test. */
const cases: Readonly<Record<string, (stage: Stage) => Case[]>> = {
  serve: (stage) => [
    ['--port', stage.taken, '--inspect-port', '0', '--forward', `${stage.handler}ok?token=${canary.token}`],
    ['--port', '0', '--inspect-port', stage.taken, '--forward', addresses(stage)[5] ?? ''],
    ['--port', '0', '--inspect-port', '0', '--forward', `${login}@nowhere`],
    ['--port', '0', '--inspect-port', '0', '--log-dir', join(stage.inputs.dotenv, 'x')],
  ],
  'send-lead': (stage) => [
    ...addresses(stage).flatMap((url) => [
      ['--url', url],
      ['--url', url, '--count', '2'],
    ]),
    ['--with-message', '--url', `${stage.handler}ok`],
    ...wrongSending(stage),
    [addresses(stage)[0] ?? ''],
    [`--passwrd=${canary.login}`],
    ['--field', `password=${canary.key}`, `token=${canary.token}`, '--dry-run'],
  ],
  'send-message': (stage) => [
    ...addresses(stage).map((url) => ['--lead-id', '1', '--url', url]),
    ...wrongSending(stage).map((args) => ['--lead-id', '1', ...args]),
  ],
  check: (stage) => [
    ...addresses(stage).map((url, index) => [
      url,
      '--read-back',
      `${url}&order={order_id}`,
      '--read-back-header',
      header,
      ...['junit', 'tap', 'json', 'markdown'].flatMap((kind) => [`--report-${kind}`, `reports/${index}.${kind}`]),
    ]),
    ['--list'],
    [stage.nobody, '--report-json', join(stage.inputs.dotenv, 'x')],
  ],
  replay: (stage) => [
    ...addresses(stage).flatMap((url) => [
      ['--url', url],
      ['--url', url, '--diff', '--set', `token=${canary.token}`],
    ]),
    ...wrongSending(stage),
    ['nowhere.jsonl'],
  ],
  example: () => [['php'], ['node'], ['python'], ['cobol']],
  token: () => [[], ['--verify', signedToken], ['--verify', canary.token], ['--verify', 'canary'], ['a', 'b', 'c']],
  log: () => [
    [],
    ['--csv'],
    ['--summary'],
    ['--columns', 'time,token,target,user'],
    ['--where', `token=${canary.token}`],
    ['nowhere'],
  ],
  wait: () => [[], ['--timeout', '200ms', '--where', `token=${canary.token}`], ['--timeout', 'never']],
  config: () => [[], ['--profile', 'nowhere']],
  completion: () => [['bash'], ['zsh'], ['fish'], ['cmd']],
};

/** Settings and options that are wrong for all commands; what is wrong for others alone does not keep `serve` from running. */
function wrongForAll(name: string, { inputs, taken }: Stage): Case[] {
  const ending = name === 'serve' ? ['--port', taken, '--inspect-port', '0'] : [];
  return [
    ['--help'],
    [`--no-such=${canary.login}`],
    ['--config', inputs.passwordInFile, ...ending],
    ['--config', inputs.brokenFile, ...ending],
    ['--dotenv', inputs.oddDotenv, ...ending],
  ];
}

/** A journal of leads that the handler behind `serve` answered with all that it knows. */
async function recordLeads(cwd: string, handler: string): Promise<string> {
  let printed = '';
  for (const way of ['ok', 'refuse', 'id', 'redirect']) {
    const serve = await startServe(['--forward', `${handler}${way}?api_key=${canary.key}`], { cwd, env });
    for (const token of [signedToken, canary.token]) {
      await fetch(`${serve.url}?user=${canary.user}&token=${token}&action=lead&id=1`, {
        headers: { Authorization: `Bearer ${canary.bearer}` },
        redirect: 'manual',
      });
    }
    const ask = async (path: string): Promise<string> => (await fetch(`${serve.inspectUrl}api/${path}`)).text();
    const list = await ask('records');
    const { rows } = JSON.parse(list) as { rows: Array<{ id: string }> };
    printed += list + (await ask('export'));
    const { csrf } = JSON.parse(await ask('session')) as { csrf: string };
    for (const { id } of rows) {
      printed += await ask(`record?id=${encodeURIComponent(id)}`);
      const resent = await fetch(`${serve.inspectUrl}api/replay`, {
        method: 'POST',
        headers: { Origin: serve.inspectUrl.slice(0, -1), 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify({ id, url: `${handler}${way}?api_key=${canary.key}` }),
      });
      expect(resent.status).toBe(200);
      printed += await resent.text();
    }
    await serve.stop();
    printed += serve.stdout() + serve.stderr();
  }
  return printed;
}

async function setStage(): Promise<Stage> {
  const port = await startTcpServer((socket) => void socket.on('data', () => socket.destroy()));
  return {
    cwd: await temporaryFolder(),
    handler: await startChatterbox(),
    inputs: await writeInputs(),
    taken: String(port),
    nobody: `http://127.0.0.1:${await freePort()}/`,
  };
}

/** Runs them a few at a time, and resolves with what they gave away. */
async function leaksOf(calls: ReadonlyArray<readonly [string, Case, CallOptions?]>, cwd: string): Promise<string[]> {
  const found: string[] = [];
  const queue = calls.values();
  const worker = async (): Promise<void> => {
    for (const [name, args, options = { env }] of queue) {
      const { stdout, stderr } = await runCli([name, ...args], { cwd, ...options });
      for (const leak of leaksIn(stdout + stderr, purpose[name])) found.push(`${name} ${args.join(' ')} → ${leak}`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return found;
}

describe('a secret', { timeout: 240_000 }, () => {
  it('is shown by no command, in success or failure, as text, as JSON or with --verbose, and stands in no file', async () => {
    const stage = await setStage();
    const { cwd, handler } = stage;
    await mkdir(join(cwd, 'reports'));
    expect(leaksIn(await recordLeads(cwd, handler))).toEqual([]);
    const { stdout: help } = await runCli(['--help']);
    const [, listed = ''] = /\nCommands:\n([^]*?)\n\n/.exec(help) ?? [];
    const names = [...listed.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
    expect(names.toSorted()).toEqual(Object.keys(cases).toSorted());
    const calls = [];
    for (const name of names) {
      const hasJson = (await runCli([name, '--help'])).stdout.includes('--json');
      for (const args of [...(cases[name]?.(stage) ?? []), ...wrongForAll(name, stage)]) {
        calls.push([name, [...args, '--verbose']] as const);
        if (hasJson) calls.push([name, [...args, '--json']] as const);
      }
    }
    expect(await leaksOf(calls, cwd)).toEqual([]);
    expect(await leaksInFiles(cwd)).toEqual([]);
  });
});
