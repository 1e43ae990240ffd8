import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canary, leaksIn, leaksInFiles } from '../helpers/canaries.ts';
import { binary, runCli } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasPython } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { onTerminal } from '../helpers/terminal.ts';

const basic = Buffer.from(`shop:${canary.login}`).toString('base64');
const authorization = `Authorization: Bearer ${canary.bearer}`;
const withLogin = (url: string): string => url.replace('//', `//shop:${canary.login}@`);

/** How a call gets its secrets, and which. */
interface Source {
  readonly args?: (url: string) => readonly string[];
  readonly env?: (url: string) => Record<string, string>;
  readonly stdin?: string;
  /** Files by their names. */
  readonly files?: (url: string) => Record<string, string>;
  readonly secrets: readonly string[];
}

const send = (url: string, ...more: readonly string[]): string[] => ['send-lead', '--url', url, ...more];

const sources: Readonly<Record<string, Source>> = {
  'standard input': {
    args: (url) => send(url, '--user', canary.user, '--password-stdin'),
    stdin: canary.password,
    secrets: [canary.password],
  },
  'the environment': {
    args: () => ['send-lead'],
    env: (url) => ({
      ROISTAT_HOOK_URL: withLogin(url),
      ROISTAT_HOOK_PASSWORD: canary.password,
      ROISTAT_HOOK_HEADER: `X-Shop: 1\n${authorization}`,
      DEPLOY_API_KEY: canary.key,
    }),
    secrets: [canary.password, canary.bearer, canary.login, basic, canary.key],
  },
  'a file of variables': {
    args: () => ['send-lead', '--dotenv', 'my.env'],
    files: (url) => ({
      'my.env': [
        `ROISTAT_HOOK_URL=${withLogin(url)}`,
        `ROISTAT_HOOK_PASSWORD="${canary.password}"`,
        `ROISTAT_HOOK_HEADER="${authorization}"`,
        `DB_PASSWORD=${canary.key}`,
      ].join('\n'),
    }),
    secrets: [canary.password, canary.bearer, canary.login, basic, canary.key],
  },
  'a file of settings, and a profile that is not in force': {
    args: () => ['send-lead'],
    files: (url) => ({
      'roistat-hook.config.json': JSON.stringify({
        url: withLogin(url),
        header: ['X-Shop: 1', authorization],
        profiles: { other: { header: [`X-Api-Key: ${canary.key}`], field: [`api_key=${canary.token}`] } },
      }),
    }),
    secrets: [canary.bearer, canary.login, basic, canary.key, canary.token],
  },
  'the command line': {
    args: (url) => [
      ...send(withLogin(url), '--password', canary.password, `-H${authorization}`),
      `--header=X-Api-Key: ${canary.key}`,
      '--field',
      `secret=${canary.token}`,
    ],
    secrets: [canary.password, canary.bearer, canary.login, basic, canary.key, canary.token],
  },
};

/** What throws once all is read: at once, later where nobody waits, or in a promise. */
const crashes = {
  'at once': (error: string) => `require('node:crypto').Hash.prototype.update = () => { throw ${error}; };`,
  later: (error: string) => onConnection(`setImmediate(() => { throw ${error}; });`),
  'in a promise': (error: string) => onConnection(`Promise.reject(${error});`),
};

const onConnection = (code: string): string =>
  `const net = require('node:net'); net.connect = () => { ${code} return new net.Socket(); };`;

/** A program for --require that quotes secrets in each spelling that an error may have. */
function breakage(secrets: readonly string[], crash: (error: string) => string): string {
  const spelled = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify({ secret }),
    `<${secret.toUpperCase()}>`,
  ]);
  return crash(`new TypeError('quoted: ' + ${JSON.stringify(spelled.join(' , '))})`);
}

async function call(source: Source, url: string, more: readonly string[], node: Record<string, string>, cwd: string) {
  for (const [name, text] of Object.entries(source.files?.(url) ?? {})) await writeFile(join(cwd, name), text);
  const { args, env, stdin = '' } = source;
  const called = await runCli([...(args?.(url) ?? []), ...more], { cwd, stdin, env: { ...env?.(url), ...node } });
  return { ...called, output: called.stdout + called.stderr };
}

describe.each(Object.entries(sources))('a secret of %s', (_name, source) => {
  it('is not shown where all is well, and where the handler refuses', async () => {
    for (const body of ['{"status":"ok","order_id":7}', '{"status":"error"}']) {
      const url = await startHandler((_request, response) => response.end(body));
      const { code, output } = await call(source, url, ['--verbose'], {}, await temporaryFolder());
      expect(code).toBe(body.includes('ok') ? 0 : 1);
      expect(leaksIn(output)).toEqual([]);
    }
  });

  it.each(Object.entries(crashes))('is not in what a crash prints that quotes it, %s', async (_what, crash) => {
    for (const more of [[], ['--verbose']]) {
      const cwd = await temporaryFolder();
      const code = breakage(source.secrets, crash);
      expect(source.secrets.every((secret) => code.includes(secret))).toBe(true);
      await writeFile(join(cwd, 'break.cjs'), code);
      const node = { NODE_OPTIONS: '--require ./break.cjs' };
      const { code: exitCode, output } = await call(source, 'http://127.0.0.1:1/', more, node, cwd);
      expect(exitCode).toBe(3);
      expect(output).toContain('quoted: ***');
      expect(leaksIn(output)).toEqual([]);
    }
  });
});

describe('a secret', () => {
  it.runIf(hasPython)('that was typed at the prompt is not in what a crash prints (needs python3)', async () => {
    for (const crash of Object.values(crashes)) {
      const cwd = await temporaryFolder();
      await writeFile(join(cwd, 'break.cjs'), breakage([canary.password], crash));
      const args = send('http://127.0.0.1:1/', '--user', canary.user, '--verbose');
      const { program, type } = onTerminal([process.execPath, binary, ...args], {
        cwd,
        env: { LANG: 'C.UTF-8', NODE_OPTIONS: '--require ./break.cjs' },
      });
      await program.waitFor(/Password for/);
      type(`${canary.password}\n`);
      expect(await program.ended).toBe(3);
      expect(program.stdout() + program.stderr()).toContain('quoted: ***');
      expect(leaksIn(program.stdout() + program.stderr())).toEqual([]);
    }
  });

  it('that is an argument of token is not in what a crash prints', async () => {
    const cwd = await temporaryFolder();
    const code = `require('node:crypto').Hash.prototype.update = (text) => { throw new TypeError('quoted: ' + text); };`;
    await writeFile(join(cwd, 'break.cjs'), code);
    const env = { NODE_OPTIONS: '--require ./break.cjs' };
    const { stdout, stderr } = await runCli(['token', canary.user, canary.password, '--verbose'], { cwd, env });
    expect(stderr).toContain(`quoted: ${canary.user}***`);
    expect(leaksIn(stdout + stderr)).toEqual([]);
  });

  it('that may not stand in a file of settings is not in the error that says so, nor left anywhere', async () => {
    const cwd = await temporaryFolder();
    const settings = { password: canary.password, profiles: { x: { token: canary.token } } };
    await writeFile(join(cwd, 'roistat-hook.config.json'), JSON.stringify(settings));
    const code = `const parse = JSON.parse; JSON.parse = (text, ...more) => { setImmediate(() => { throw new Error('quoted: ' + text); }); return parse(text, ...more); };`;
    await writeFile(join(cwd, 'break.cjs'), code);
    const calls = [
      { env: {}, exits: 2, says: 'may not stand there' },
      { env: { NODE_OPTIONS: '--require ./break.cjs' }, exits: 3, says: 'quoted: ' },
    ];
    for (const { env, exits, says } of calls) {
      const { code: exitCode, stdout, stderr } = await runCli(['send-lead', '--verbose'], { cwd, env });
      expect(exitCode).toBe(exits);
      expect(stderr).toContain(says);
      expect(leaksIn(stdout + stderr)).toEqual([]);
    }
    const kept = await leaksInFiles(cwd);
    expect(kept.filter((leak) => !leak.startsWith('roistat-hook.config.json'))).toEqual([]);
  });
});
