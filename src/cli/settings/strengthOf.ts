import { type Command } from 'commander';

/** Places a value comes from, the weakest first. */
const strengths: Readonly<Record<string, number>> = { default: 1, config: 2, env: 3, cli: 4 };

/** How strong the place is that the value of an option came from; 0 when it has none, 4 when it was typed. */
export function strengthOf(command: Command, key: string): number {
  return strengths[command.getOptionValueSource(key) ?? ''] ?? 0;
}
