import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { follow } from '../helpers/cli.ts';
import { copyRepository, packPackage } from '../helpers/installedPackage.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
/** Not the settings that npm hands to the scripts it runs, this test among them. */
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

describe('the package', { timeout: 180_000 }, () => {
  it('is packed, installed with -g into an empty prefix, and runs from another folder', async () => {
    const folder = await temporaryFolder();
    const prefix = join(folder, 'prefix');
    const tarball = await packPackage(folder);
    expect(basename(tarball)).toBe('roistat-hook-0.1.0.tgz');
    await run('npm', ['install', '-g', '--prefix', prefix, '--no-audit', '--no-fund', tarball], { cwd: folder });
    const command = join(prefix, 'bin', 'roistat-hook');
    expect((await run(command, ['--version'], { cwd: folder })).stdout).toBe('0.1.0\n');
    expect((await run(command, ['token', '1', '1'], { cwd: folder })).stdout).toBe(
      '6512bd43d9caa6e02c990b0a82652dca\n',
    );
    expect((await run(command, ['example', 'php'], { cwd: folder })).stdout).toBe(
      await readFile(join(root, 'fixtures/handlers/example/webhook.php'), 'utf8'),
    );
    const child = spawn(command, ['serve', '--port', '0', '--exit-after', '1'], { cwd: folder, env, stdio: 'pipe' });
    const serve = follow(child);
    const [, url = '', next = ''] = await serve.waitFor(/listens on (\S+)[^]*\n {2}(roistat-hook send-lead .*)\n/);
    const { stdout } = await run(command, next.split(' ').slice(1), { cwd: folder, env });
    expect(stdout).toContain('✓ accepted');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await serve.ended).toBe(0);
  });

  it('has what it needs and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
    const [{ files }] = JSON.parse(stdout) as [{ files: Array<{ path: string }> }];
    const names = files.map(({ path }) => path);
    expect(names).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'SECURITY.md',
        'bin/roistat-hook.js',
        'dist/cli/main.cjs',
      ]),
    );
    const examples = names.filter((name) => name.startsWith('fixtures/'));
    expect(examples.toSorted()).toEqual(
      ['mjs', 'php', 'py'].map((extension) => `fixtures/handlers/example/webhook.${extension}`),
    );
    const others = names.filter((name) => !examples.includes(name));
    expect(
      others.filter(
        (name) => !/^(LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|package\.json|bin\/|dist\/|docs\/)/.test(name),
      ),
    ).toEqual([]);
  });

  it('names everybody whose code is built into it, with licence', async () => {
    const builtIn = { cli: ['chalk', 'commander', 'leven', 'undici', 'zod'], page: ['preact'] };
    for (const [part, names] of Object.entries(builtIn)) {
      const text = await readFile(join(root, 'dist', part, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
      expect([...text.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name)).toEqual(names);
      expect(text.match(/Permission is hereby granted/g)).toHaveLength(names.length);
    }
  });
});

describe('npm start', () => {
  it('builds and serves, and takes options', async () => {
    // In a copy: it builds the program that other tests run meanwhile.
    const cwd = await temporaryFolder();
    await copyRepository(cwd);
    await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
    const settings = { ...env, ROISTAT_HOOK_LOG_DIR: join(cwd, 'log') };
    const args = ['start', '--', '--port', '0', '--exit-after', '1'];
    const child = spawn('npm', args, { cwd, env: settings, stdio: 'pipe' });
    const serve = follow(child);
    const [, url = ''] = await serve.waitFor(/listens on (\S+)/);
    expect(await (await fetch(`${url}?action=lead&id=1`)).json()).toEqual({ status: 'ok', order_id: 'order-1' });
    expect(await serve.ended).toBe(0);
    const [file = ''] = await readdir(join(cwd, 'log'));
    expect(await readFile(join(cwd, 'log', file), 'utf8')).toContain('"orderId":"order-1"');
  });
});

describe('npm run dev', () => {
  it('runs the TypeScript', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'dev', '--', 'token', '1', '1'], { cwd: root });
    expect(stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
  });
});
