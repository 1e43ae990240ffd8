import { type Command } from 'commander';

/** Options that do nothing unless another one is in force, and how the lack of that is told. */
const needs: Readonly<Record<string, readonly [key: string, lack: string]>> = {
  seed: ['fault', 'without --fault'],
  cacert: ['forward', 'without --forward'],
  insecure: ['forward', 'without --forward'],
  forwardTimeout: ['forward', 'without --forward'],
  redact: ['inspect', 'with --no-inspect'],
  inspectPort: ['inspect', 'with --no-inspect'],
};

/** A note for each option of the command line that does nothing; one in settings may be meant for other calls. */
export function idleOptionNotes(command: Command): string[] {
  const values = command.opts<Record<string, unknown>>();
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    const [key, lack] = needs[name] ?? [];
    if (key === undefined || values[key] || command.getOptionValueSource(name) !== 'cli') return [];
    return [`note: ${option.long} does nothing ${lack}\n`];
  });
}
