import { type CommandModule } from './context.ts';

interface CommandEntry {
  readonly summary: string;
  /** Loads the command when it is called: the others, and what they need, stay unread. */
  readonly load: () => Promise<CommandModule>;
  /** It has none, so a file of settings that is wrong does not keep it from its work. */
  readonly withoutSettings?: boolean;
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  serve: {
    summary: 'run a webhook that records requests and answers as a CRM',
    load: () => import('./commands/serve.ts'),
  },
  'send-lead': {
    summary: 'send a lead to a handler as Roistat does; judge the answer',
    load: () => import('./commands/sendLead.ts'),
  },
  'send-message': {
    summary: 'send a chat message that follows a lead',
    load: () => import('./commands/sendMessage.ts'),
  },
  check: {
    summary: 'run a conformance suite against a handler',
    load: () => import('./commands/check.ts'),
  },
  replay: {
    summary: 'send recorded requests again; judge and compare the answers',
    load: () => import('./commands/replay.ts'),
  },
  example: {
    summary: 'print a handler to start from, in PHP, Node.js or Python',
    load: () => import('./commands/example.ts'),
    withoutSettings: true,
  },
  token: {
    summary: 'compute, verify and diagnose the token md5(user + password)',
    load: () => import('./commands/token.ts'),
  },
  log: {
    summary: 'show, filter, follow, export and sum up what was recorded',
    load: () => import('./commands/log.ts'),
  },
  wait: {
    summary: 'wait until the journal holds the records you expect, for CI',
    load: () => import('./commands/wait.ts'),
  },
  config: {
    summary: 'show the settings in force, and where each comes from',
    load: () => import('./commands/config.ts'),
  },
  completion: {
    summary: 'print a script that completes words in bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
    withoutSettings: true,
  },
};
