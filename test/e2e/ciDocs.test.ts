import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startServe } from '../helpers/cli.ts';
import { cleanEnv, packPackage } from '../helpers/installedPackage.ts';
import { hasCurl, hasPhp } from '../helpers/needs.ts';
import { installedPath, runScript } from '../helpers/shell.ts';
import { freePort } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const page = await readFile(new URL('../../docs/ci.md', import.meta.url), 'utf8');
const examplePhp = fileURLToPath(new URL('../../fixtures/handlers/example/webhook.php', import.meta.url));

/** The code block of the section with this heading. */
function blockOf(heading: string): string {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return /^```\w+\n([^]*?)^```$/m.exec(section)?.[1] ?? '';
}

interface Job {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Expressions of GitHub and variables of GitLab, as a project has them set. */
const settings: Record<string, string> = { STAGING_LOGIN: 'demouser', STAGING_PASSWORD: 'secret' };

function expand(value: string, staging: string): string {
  const all: Record<string, string> = { ...settings, STAGING_WEBHOOK: staging };
  return value.replace(/\$\{\{ (?:vars|secrets)\.(\w+) \}\}|\$(\w+)/g, (_whole, github?: string, gitlab?: string) => {
    const name = github ?? gitlab ?? '';
    const set = all[name];
    if (set === undefined) throw new Error(`docs/ci.md uses ${name}, and this test does not set it`);
    return set;
  });
}

function expandAll(env: Readonly<Record<string, string>>, staging: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, expand(value, staging)]));
}

/** The one job of a GitHub workflow: its `run` lines, each in a shell of its own, as the runner does it. */
function githubJob(heading: string, staging = ''): Job[] {
  const workflow = parse(blockOf(heading)) as {
    jobs: Record<string, { env?: Record<string, string>; steps: Array<{ run?: string }> }>;
  };
  return Object.values(workflow.jobs).flatMap(({ env = {}, steps }) =>
    steps.flatMap(({ run }) => (run === undefined ? [] : [{ script: run, env: expandAll(env, staging) }])),
  );
}

/** The one job of a GitLab file: all its lines in one shell. */
function gitlabJob(heading: string, staging = ''): Job[] {
  type GitlabJob = { variables: Record<string, string>; before_script?: string[]; script: string[] };
  const jobs = Object.values(parse(blockOf(heading)) as Record<string, GitlabJob>);
  return jobs.map(({ variables, before_script = [], script }) => ({
    script: [...before_script, ...script].join('\n'),
    env: expandAll(variables, staging),
  }));
}

describe('docs/ci.md', { timeout: 180_000 }, () => {
  /** Runs the steps in a checkout with a handler in `public`; resolves with the job summary. */
  async function runJob(steps: readonly Job[], cwd: string): Promise<string> {
    const prefix = join(cwd, '.prefix');
    const tools = join(cwd, '.tools');
    const summary = join(cwd, 'summary.md');
    await mkdir(tools, { recursive: true });
    await mkdir(join(cwd, 'public'), { recursive: true });
    await cp(examplePhp, join(cwd, 'public', 'webhook.php'));
    // The machine has what apt-get would install, and tests change nothing about it.
    await writeFile(join(tools, 'apt-get'), '#!/bin/sh\nexit 0\n');
    await chmod(join(tools, 'apt-get'), 0o755);
    const tarball = await packPackage(cwd);
    const port = String(await freePort());
    for (const { script, env } of steps) {
      const { code, output } = await runScript(script.replaceAll('8000', port), cwd, {
        ...cleanEnv,
        PATH: `${tools}:${join(prefix, 'bin')}:${cleanEnv['PATH']}`,
        npm_config_prefix: prefix,
        ROISTAT_PACKAGE: tarball,
        ROISTAT_USER: 'demouser',
        ROISTAT_PASSWORD: 'secret',
        ROISTAT_ORDERS: join(cwd, 'orders.json'),
        GITHUB_STEP_SUMMARY: summary,
        ...env,
      });
      expect({ script, code, output }).toEqual({ script, code: 0, output: expect.any(String) as string });
    }
    return readFile(summary, 'utf8').catch(() => '');
  }

  const staging = (cwd: string) => startServe(['--user', 'demouser', '--password', 'secret'], { cwd });

  it('GitHub: smoke test of staging', async () => {
    const cwd = await temporaryFolder();
    const { url } = await staging(cwd);
    const summary = await runJob(githubJob('GitHub Actions: smoke test of staging', url), cwd);
    expect(summary).toContain('passed');
  });

  it('GitLab: smoke test of staging', async () => {
    const cwd = await temporaryFolder();
    const { url } = await staging(cwd);
    await runJob(gitlabJob('GitLab CI: smoke test of staging', url), cwd);
    expect(await readFile(join(cwd, 'reports', 'webhook.xml'), 'utf8')).toContain('failures="0"');
  });

  describe.runIf(hasPhp)('the handler in the repository (needs PHP)', () => {
    it('GitHub', async () => {
      const cwd = await temporaryFolder();
      const summary = await runJob(githubJob('GitHub Actions: test the handler in the repository'), cwd);
      expect(summary).toContain('passed');
      expect(await readFile(join(cwd, 'reports', 'webhook.xml'), 'utf8')).toContain('failures="0"');
    });

    it('GitLab', async () => {
      const cwd = await temporaryFolder();
      await runJob(gitlabJob('GitLab CI: test the handler in the repository'), cwd);
      expect(await readFile(join(cwd, 'reports', 'webhook.xml'), 'utf8')).toContain('failures="0"');
    });
  });

  describe.runIf(hasCurl)('what calls a webhook (needs curl)', () => {
    it('is tested with serve and wait', async () => {
      const cwd = await temporaryFolder();
      const port = String(await freePort());
      const env = { ...cleanEnv, PATH: await installedPath() };
      const script = blockOf('Test what calls a webhook').replaceAll('8000', port);
      const { code, output } = await runScript(script, cwd, env);
      expect(output).toContain('✓ 1 lead');
      expect(code).toBe(0);
    });
  });

  it('has no job that this test leaves out', () => {
    const headings = Array.from(page.matchAll(/^## (.*)$/gm), ([, heading]) => heading);
    expect(headings).toEqual([
      'GitHub Actions: smoke test of staging',
      'GitHub Actions: test the handler in the repository',
      // Its steps are the action's own: see action.test.ts.
      'GitHub Actions: the action',
      'GitLab CI: smoke test of staging',
      'GitLab CI: test the handler in the repository',
      'Test what calls a webhook',
      'The report as JSON',
    ]);
  });
});
