import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { cleanEnv, copyRepository } from '../helpers/installedPackage.ts';
import { runScript } from '../helpers/shell.ts';
import { freePort } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8')) as Action;
const ci = await readFile(new URL('../../docs/ci.md', import.meta.url), 'utf8');

describe('action.yml', () => {
  it('is a composite action whose inputs reach the script through the environment alone', () => {
    const { inputs, runs } = action;
    expect(runs.using).toBe('composite');
    const values = runs.steps.flatMap(({ env = {} }) => Object.values(env));
    expect(values.toSorted()).toEqual(
      Object.keys(inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    );
    // Text of an input inside of a script would be run as a part of it.
    for (const { run, shell } of runs.steps) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('has the inputs that docs/ci.md uses', () => {
    const [, block = ''] = /^```yaml\n([^`]*uses: \.\/roistat-hook[^`]*)^```$/m.exec(ci) ?? [];
    const workflow = parse(block) as { jobs: { check: { steps: Array<{ with?: Record<string, string> }> } } };
    const used = Object.keys(workflow.jobs.check.steps.at(-1)?.with ?? {});
    expect(used).toContain('url');
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(used));
  });
});

describe('the scripts of action.yml', { timeout: 240_000 }, () => {
  /** Runs a step as the runner does, with these inputs; what it wrote for the runner comes back. */
  async function runStep(step: Step, folder: string, inputs: Readonly<Record<string, string>>) {
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    const env = Object.entries(step.env ?? {}).map(([name, value]) => {
      const input = /inputs\.([\w-]+)/.exec(value)?.[1] ?? '';
      return [name, inputs[input] ?? ''] as const;
    });
    const { code, output } = await runScript(step.run, folder, {
      ...cleanEnv,
      ...Object.fromEntries(env),
      ...files,
      GITHUB_ACTION_PATH: join(folder, 'action'),
      RUNNER_TEMP: folder,
    });
    const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
    return { code, output, outputs: await read(files.GITHUB_OUTPUT), summary: await read(files.GITHUB_STEP_SUMMARY) };
  }

  it('install the checkout, check a good handler, a wrong one and none at all, and write the job summary', async () => {
    const folder = await temporaryFolder();
    await copyRepository(join(folder, 'action'));
    const [install, check] = action.runs.steps as readonly [Step, Step];
    const installed = await runStep(install, folder, {});
    expect({ ...installed, output: '' }).toMatchObject({ code: 0 });

    const runCheck = async (name: string, inputs: Readonly<Record<string, string>>) => {
      const own = join(folder, name);
      await mkdir(own);
      return runStep(
        { ...check, run: check.run.replaceAll('$GITHUB_ACTION_PATH', join(folder, 'action')) },
        own,
        inputs,
      );
    };
    const { url } = await startServe(['--user', 'demouser', '--password', 'canary-password'], { cwd: folder });
    const credentials = { user: 'demouser', password: 'canary-password' };
    const report = join(folder, 'junit.xml');
    const good = await runCheck('good', { url, ...credentials, strict: 'true', 'report-junit': report });
    expect(good.output).toContain('passed');
    expect({ code: good.code, outputs: good.outputs }).toEqual({ code: 0, outputs: 'verdict=passed\n' });
    expect(good.summary).toContain('passed');
    expect(await readFile(report, 'utf8')).toContain('<testsuites');
    expect(good.output + good.summary).not.toContain('canary-password');

    const wrongUrl = await startHandler((request, response) => {
      const isLead = request.url?.includes('action=lead&') ?? false;
      response.setHeader('Content-Type', 'application/json').end(isLead ? '{"status":"ok"}' : '{"status":"error"}');
    });
    const wrong = await runCheck('wrong', { url: wrongUrl, only: 'contact,answer', skip: 'answer-latency' });
    expect({ code: wrong.code, outputs: wrong.outputs }).toEqual({ code: 1, outputs: 'verdict=failed\n' });
    expect(wrong.summary).toContain('answer-order-id');
    expect(wrong.summary).not.toContain('answer-latency');

    const none = await runCheck('none', { url: `http://127.0.0.1:${await freePort()}/` });
    expect({ code: none.code, outputs: none.outputs }).toEqual({ code: 3, outputs: 'verdict=unreachable\n' });
  });
});
