import { type Command } from 'commander';
import { type ProblemCode } from '../protocol/problems.ts';

/** What to do where nothing listens: who gave no address has no handler in mind that could be down. */
export function nobodyThereHint(command: Command, code: ProblemCode, invocation: string): string {
  if (code !== 'connection-refused' || command.getOptionValueSource('url') !== 'default') return 'Is it running?';
  return `No --url was given: start "${invocation} serve" there, or give the address of your handler with --url.`;
}
