import { type Command, type Option } from 'commander';
import { type Environment } from './environment.ts';
import { usageError } from './errors.ts';

/** The variable that stands in for an option: `--log-dir` is ROISTAT_HOOK_LOG_DIR. */
function variableOf(option: Option): string {
  const name = option.long?.replace(/^--(?:no-)?/, '') ?? '';
  return `ROISTAT_HOOK_${name.toUpperCase().replaceAll('-', '_')}`;
}

function booleanValue(text: string, name: string): boolean {
  const known: Record<string, boolean> = { '1': true, true: true, yes: true, '0': false, false: false, no: false };
  const value = Object.hasOwn(known, text.toLowerCase()) ? known[text.toLowerCase()] : undefined;
  if (value === undefined) throw usageError(`${name} is "${text}"`, 'Use 1 or 0, true or false, yes or no.');
  return value;
}

/** Options that name the call itself, not a setting. */
const callOnly = new Set(['help', 'version']);

/**
 * Fills options that were not given as flags from the environment (flag > ROISTAT_HOOK_<OPTION> > default).
 * An empty variable counts as not set, for CI systems pass unset variables as empty ones.
 */
export function applyEnvironment(command: Command, { env }: Environment): void {
  for (const option of command.options) {
    const key = option.attributeName();
    const name = variableOf(option);
    const text = env[name];
    if (!text || callOnly.has(key) || command.getOptionValueSource(key) === 'cli') continue;
    command.setOptionValueWithSource(key, parsed(option, text, name), 'env');
  }
}

function parsed(option: Option, text: string, name: string): unknown {
  if (option.isBoolean()) return booleanValue(text, name);
  if (option.argChoices && !option.argChoices.includes(text)) {
    throw usageError(`${name} is "${text}"`, `Use one of ${option.argChoices.join(', ')}.`);
  }
  if (!option.parseArg) return text;
  try {
    return option.parseArg(text, undefined);
  } catch (error) {
    throw usageError(`${name} is "${text}"`, (error as Error).message);
  }
}
