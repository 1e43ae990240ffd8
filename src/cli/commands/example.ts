import { Argument, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { type Context } from '../context.ts';
import { packageFolder } from '../packageFolder.ts';

interface Example {
  readonly file: string;
  /** How the printed file is started. */
  readonly start: string;
}

const examples = {
  php: { file: 'webhook.php', start: 'php -S 127.0.0.1:8000 webhook.php' },
  node: { file: 'webhook.mjs', start: 'node webhook.mjs' },
  python: { file: 'webhook.py', start: 'python3 webhook.py' },
} as const satisfies Record<string, Example>;

type Language = keyof typeof examples;

const folder = new URL('fixtures/handlers/example/', packageFolder);

async function runExample(language: Language, { environment }: Context): Promise<void> {
  const { stdout, stderr, invocation } = environment;
  const { file, start }: Example = examples[language];
  stdout.write(await readFile(new URL(file, folder), 'utf8'));
  // On stderr, so that `> webhook.php` takes the file alone.
  stderr.write(`Save it as ${file} and start it:
  ROISTAT_USER=demouser ROISTAT_PASSWORD=secret \\
    ${start}
Then, in another terminal:
  ROISTAT_HOOK_USER=demouser ROISTAT_HOOK_PASSWORD=secret \\
    ${invocation} send-lead --url http://127.0.0.1:8000/
`);
}

export function configure(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<language>', 'language of the handler').choices(Object.keys(examples)))
    .addHelpText(
      'after',
      `
The handler is one plain file without dependencies: it checks the token, makes
one order of one lead, and takes messages. The places for your own code are
marked with >>>.

Examples:
  $ roistat-hook example php > webhook.php
  $ roistat-hook example node > webhook.mjs
  $ roistat-hook example python > webhook.py
`,
    )
    .action((language: Language) => runExample(language, context));
}
