import { run } from '../../src/cli/run.ts';
import { type CallOptions, type Finished, runCli } from './cli.ts';
import { fakeEnvironment } from './environment.ts';

/** The JSON document of `check`, as far as these tests read it. */
export interface CheckDocument {
  readonly verdict: string;
  readonly stopped: string | null;
  readonly leads: number;
  readonly requests: number;
  readonly counts: Readonly<Record<'passed' | 'must' | 'should' | 'may' | 'skipped', number>>;
  readonly checks: readonly CheckedDocument[];
}

interface CheckedDocument {
  readonly id: string;
  readonly level: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly reason: string | null;
  readonly requests: number;
  readonly findings: readonly FindingDocument[];
}

export interface FindingDocument {
  readonly sent: readonly string[];
  readonly expected: string;
  readonly received: string;
  readonly advice: string | null;
  readonly reproduction: readonly string[];
}

export interface Checked {
  readonly code: number | null;
  readonly document: CheckDocument;
  readonly stderr: string;
}

/** Runs `check` of the built program, with --json. */
export async function runCheck(url: string, args: readonly string[] = [], options: CallOptions = {}): Promise<Checked> {
  return checked(await runCli(['check', url, '--json', ...args], options));
}

/** Runs `check` in this process: all but the start of a program, for tests that check often. */
export async function runCheckHere(
  url: string,
  args: readonly string[] = [],
  { env = {} }: Pick<CallOptions, 'env'> = {},
): Promise<Checked> {
  const environment = fakeEnvironment(['check', url, '--json', ...args], { env });
  const code = await run(environment);
  return checked({ code, stdout: environment.stdout.text(), stderr: environment.stderr.text() });
}

function checked({ code, stdout, stderr }: Finished): Checked {
  if (stdout === '') throw new Error(`check printed no document: ${stderr}`);
  return { code, document: JSON.parse(stdout) as CheckDocument, stderr };
}

/** Ids of the checks that ended so. */
export function idsOf({ document }: Checked, outcome: CheckedDocument['outcome']): string[] {
  return document.checks.filter((check) => check.outcome === outcome).map(({ id }) => id);
}

/** The findings of a check. */
export function findingsOf({ document }: Checked, id: string): readonly FindingDocument[] {
  return document.checks.find((check) => check.id === id)?.findings ?? [];
}
