import { type Command } from 'commander';
import { neverThere } from '../../client/replayRecords.ts';
import { type SendEnd } from '../../client/sendMany.ts';
import { type SendTally } from '../../client/sendTally.ts';
import { type CliError, environmentError } from '../errors.ts';
import { nobodyThereHint } from '../nobodyThere.ts';
import { type BulkOptions } from './bulkOptions.ts';

/** Why a run was stopped before its end, and what to do. */
export function stopError(
  command: Command,
  { code, inARow }: NonNullable<SendEnd['failure']>,
  { answered }: SendTally,
  invocation: string,
): CliError {
  const { url, timeout } = command.opts<BulkOptions>();
  const handler = `the handler at ${new URL(url).host}`;
  const mayHaveArrived = 'Leads without an answer may have arrived: look in the handler.';
  if (code === 'timeout') {
    const hint = `Give it longer with --timeout, or send fewer at a time with --concurrency.\n${mayHaveArrived}`;
    return environmentError(`${handler} did not answer within ${timeout / 1000} s, ${inARow} times in a row`, hint);
  }
  if (answered > 0) return environmentError(`${handler} does not answer any more`, mayHaveArrived);
  if (!neverThere.has(code)) return environmentError(`${handler} does not answer`, mayHaveArrived);
  return environmentError(`${handler} cannot be reached`, nobodyThereHint(command, code, invocation));
}
