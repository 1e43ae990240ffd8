/**
 * The names of all settings: every option of every command in camelCase, and the global ones. A table, because loading
 * all commands to learn their options would make each call slow; a test compares it with the commands.
 */
export const settingNames: readonly string[] = [
  'action',
  'cacert',
  'color',
  'count',
  'createdDate',
  'data',
  'dataJson',
  'dryRun',
  'email',
  'exitAfter',
  'field',
  'header',
  'host',
  'id',
  'insecure',
  'inspect',
  'json',
  'keepToken',
  'leadId',
  'logDir',
  'managerId',
  'marker',
  'maxLatency',
  'messageUrl',
  'name',
  'only',
  'page',
  'password',
  'passwordStdin',
  'phone',
  'port',
  'proxy',
  'quiet',
  'readBack',
  'readBackHeader',
  'reportJson',
  'reportJunit',
  'reportMarkdown',
  'reportTap',
  'seed',
  'showPii',
  'showSecrets',
  'skip',
  'source',
  'strict',
  'text',
  'textParam',
  'timeout',
  'title',
  'token',
  'url',
  'user',
  'verbose',
  'verify',
  'visit',
  'wait',
  'where',
  'withMessage',
];

/** Options that say where settings come from: they may stand in the environment, but not in a file of settings. */
export const locatorNames: readonly string[] = ['config', 'dotenv', 'profile'];

/** Settings that are secrets: refused in a project's file, and masked wherever settings are shown. */
export const secretSettings: ReadonlySet<string> = new Set(['password', 'token', 'verify']);

export const variablePrefix = 'ROISTAT_HOOK_';

/** The variable that stands in for a setting: `logDir` is ROISTAT_HOOK_LOG_DIR. */
export function variableOf(key: string): string {
  return variablePrefix + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
