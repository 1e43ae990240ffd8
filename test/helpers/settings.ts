import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { fakeEnvironment } from './environment.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A folder with these files; what is no text is written as JSON. */
export async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export const settingsFileName = 'roistat-hook.config.json';

/** Calls the program in a folder. */
export async function callIn(cwd: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const environment = fakeEnvironment(argv, { cwd, env });
  const code = await run(environment);
  return { code, stdout: environment.stdout.text(), stderr: environment.stderr.text() };
}

/** Calls the program in a folder with one file of settings. */
export async function callWith(settings: unknown, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return callIn(await folderWith({ [settingsFileName]: settings }), argv, env);
}

interface DryRun {
  readonly request: { readonly url: string; readonly parameters: Readonly<Record<string, string>> };
}

export const dryRun = ['send-lead', '--dry-run', '--json', '--seed', '1', '--show-secrets'];

/** What a dry run of `send-lead` would send. */
export function requestOf({ stdout, stderr }: { stdout: string; stderr: string }): DryRun['request'] {
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as DryRun).request;
}
