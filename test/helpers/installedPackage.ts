import { execFile } from 'node:child_process';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What npm tells the scripts that it runs, the tests among them, and settings of ours. */
const ofThisRun =
  /^(?:npm_(?!config_)|npm_config_(?:local_|global_)?prefix$|INIT_CWD$|NODE_ENV$|VITEST|ROISTAT_|GITHUB_)/;

/** The environment of a shell on this machine: registry and certificates stay, what this run has added does not. */
export const cleanEnv: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || ofThisRun.test(name) ? [] : [[name, value]],
  ),
);

/** Packs the built program into the folder, as `npm publish` does; resolves with the path of the tarball. */
export async function packPackage(folder: string): Promise<string> {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, env: cleanEnv });
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  return join(folder, name);
}

/** Copies what git knows of this repository, and what it does not ignore, as a checkout would have it. */
export async function copyRepository(folder: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
  for (const file of stdout.split('\0').filter(Boolean)) await cp(join(root, file), join(folder, file));
}
