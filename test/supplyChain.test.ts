import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cleanEnv } from './helpers/installedPackage.ts';

const root = new URL('../', import.meta.url);
const run = promisify(execFile);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');
const readJson = async <Value>(path: string): Promise<Value> => JSON.parse(await read(path)) as Value;

interface Manifest {
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly publishConfig: unknown;
}

interface Locked {
  readonly version: string;
  readonly name?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

/** What the builds found that they had put into the program and into the page: `name version`. */
async function builtIn(): Promise<Array<{ readonly name: string; readonly version: string; readonly part: string }>> {
  const parts = ['cli', 'page'].map(async (part) => {
    const text = await read(`dist/${part}/THIRD-PARTY-LICENSES.txt`);
    return [...text.matchAll(/^(\S+) (\d+\.\d+\.\d+\S*)$/gm)].map(([, name = '', version = '']) => ({
      name,
      version,
      part,
    }));
  });
  return (await Promise.all(parts)).flat();
}

async function lockedPackages(path: string): Promise<Array<[string, Locked]>> {
  const { packages } = await readJson<{ packages: Record<string, Locked> }>(path);
  return Object.entries(packages).filter(([place]) => place !== '');
}

describe('the code of others in the product', () => {
  it('is all named in docs/security.md, each with why it is there, and nothing else is', async () => {
    const page = await read('docs/security.md');
    const [, section = ''] = /^## What is built in$([^]*?)(?=^## |$(?![^]))/m.exec(page) ?? [];
    const rows = [...section.matchAll(/^\| `([^`]+)` +\| (\w+) +\| (.+?) +\|$/gm)];
    const told = rows.map(([, name, part, why = '']) => ({ name, part, isExplained: why.length > 20 }));
    const parts: Record<string, string> = { cli: 'program', page: 'page' };
    const found = await builtIn();
    expect(found.length).toBeGreaterThan(0);
    expect(told).toEqual(found.map(({ name, part }) => ({ name, part: parts[part], isExplained: true })));
    expect(section).toContain(`${found.length} packages`);
  });

  it('is what the lockfile names, and runs nothing when it is installed', async () => {
    const locked = new Map(await lockedPackages('package-lock.json'));
    for (const { name, version } of await builtIn()) {
      const entry = locked.get(`node_modules/${name}`);
      expect({ name, version: entry?.version }).toEqual({ name, version });
      expect(entry?.hasInstallScript ?? false).toBe(false);
    }
  });

  it('needs nothing to be installed beside it, and the package runs nothing when it is installed', async () => {
    const manifest = await readJson<Manifest>('package.json');
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies']) {
      expect(manifest).not.toHaveProperty(kind);
    }
    for (const script of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts).not.toHaveProperty(script);
  });

  it('is in the SBOM that npm makes', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'sbom'], { cwd: fileURLToPath(root), env: cleanEnv });
    const sbom = JSON.parse(stdout) as {
      bomFormat: string;
      components: Array<{ purl: string; hashes?: Array<{ alg: string }> }>;
    };
    expect(sbom.bomFormat).toBe('CycloneDX');
    for (const { name, version } of await builtIn()) {
      const component = sbom.components.find(({ purl }) => purl === `pkg:npm/${name}@${version}`);
      expect({ name, hash: component?.hashes?.[0]?.alg }).toEqual({ name, hash: 'SHA-512' });
    }
  });
});

describe('the lockfiles', () => {
  it.each(['package-lock.json', 'bench/package-lock.json'])('%s ties each package to its bytes', async (path) => {
    const locked = await lockedPackages(path);
    expect(locked.length).toBeGreaterThan(50);
    for (const [place, { resolved, integrity, link, name }] of locked) {
      // Without an address it comes from the registry that npm is set to; the digest holds wherever it comes from.
      const isFromRegistry = resolved === undefined || resolved.startsWith('https://registry.npmjs.org/');
      expect({ place, isFromRegistry, link, name }).toEqual({ place, isFromRegistry: true });
      expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    }
  });
});

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: unknown; readonly steps: ReadonlyArray<{ readonly run?: string }> }>
  >;
}

/** A workflow with one job. */
async function readWorkflow(name: string): Promise<{
  readonly workflow: Workflow;
  readonly permissions: unknown;
  readonly scripts: readonly string[];
}> {
  const workflow = parse(await read(`.github/workflows/${name}`)) as Workflow;
  const [job, ...others] = Object.values(workflow.jobs);
  expect(others).toEqual([]);
  return {
    workflow,
    permissions: job?.permissions,
    scripts: job?.steps.flatMap(({ run: script }) => script ?? []) ?? [],
  };
}

/** Without `--omit=dev`: what is built in is installed as tools are, and nothing would be left to ask for. */
const audits = ['npm audit --audit-level=low', 'npm audit signatures'];

/** No script of a package runs where secrets are, or on the runner of a user. */
const install = 'npm ci --ignore-scripts';

describe('the GitHub action', () => {
  it('runs no script of the packages that it builds with', async () => {
    expect((await read('action.yml')).match(/\bnpm (?:ci|install)\b.*/g)).toEqual([`${install} --no-audit --no-fund`]);
  });
});

describe('the workflow that publishes', () => {
  it('signs where the package comes from, with no more rights than that takes', async () => {
    const { publishConfig } = await readJson<Manifest>('package.json');
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
    const { workflow, permissions, scripts } = await readWorkflow('publish.yml');
    expect(workflow.on).toEqual({ release: { types: ['published'] } });
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(scripts.at(-1)).toBe('npm publish --provenance --access public');
    expect(scripts).toEqual(expect.arrayContaining([install, ...audits]));
  });
});

describe('the workflow that audits', () => {
  it('runs each week, may read alone, and asks for what is known and for signatures', async () => {
    const { workflow, permissions, scripts } = await readWorkflow('audit.yml');
    expect(workflow.on).toHaveProperty('schedule');
    expect(permissions).toEqual({ contents: 'read' });
    expect(scripts).toEqual([install, ...audits]);
  });
});

describe('each workflow', () => {
  it('takes the actions of others by commit, has no rights by default, and puts nothing into its scripts', async () => {
    const names = await readdir(new URL('.github/workflows/', root));
    expect(names.toSorted()).toEqual(['audit.yml', 'publish.yml']);
    for (const name of names) {
      const uses = (await read(`.github/workflows/${name}`)).split('\n').filter((line) => /\buses:/.test(line));
      expect(uses.length).toBeGreaterThan(1);
      const loose = uses.filter((line) => !/^ +- uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
      expect(loose).toEqual([]);
      const { workflow, scripts } = await readWorkflow(name);
      expect(workflow.permissions).toEqual({});
      // An expression in a script is put in before the shell reads it: names of tags would be code.
      expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    }
  });
});

describe('docs/security.md', () => {
  it('names tests that are there', async () => {
    const page = (await read('docs/security.md')) + (await read('SECURITY.md'));
    const names = new Set(page.match(/test\/[\w/]+\.test\.ts/g));
    expect(names.size).toBeGreaterThan(15);
    await Promise.all([...names].map(read));
  });
});
