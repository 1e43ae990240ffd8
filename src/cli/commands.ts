import { type CommandModule } from './context.ts';

interface CommandEntry {
  readonly summary: string;
  /** Loads the command when it is called: the others, and what they need, stay unread. */
  readonly load: () => Promise<CommandModule>;
}

export const commands = {
  serve: {
    summary: 'run a webhook that records requests and answers as a CRM',
    load: () => import('./commands/serve.ts'),
  },
  'send-lead': {
    summary: 'send a lead to a handler as Roistat does, and judge the answer',
    load: () => import('./commands/sendLead.ts'),
  },
  'send-message': {
    summary: 'send a chat message that follows a lead',
    load: () => import('./commands/sendMessage.ts'),
  },
  token: {
    summary: 'compute, verify and diagnose the token md5(user + password)',
    load: () => import('./commands/token.ts'),
  },
} satisfies Record<string, CommandEntry>;
