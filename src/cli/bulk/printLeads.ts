import { type Command } from 'commander';
import { webhookTarget } from '../../protocol/webhookTarget.ts';
import { mayShowToken, shownUrl } from '../../report/curlCommand.ts';
import { safeJson } from '../../report/printable.ts';
import { type Context } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { type BulkOptions } from './bulkOptions.ts';
import { type LeadSeries } from './leadSeries.ts';

/** Prints the addresses of a dry run one by one, as fast as they are read. */
export async function printLeads(command: Command, { environment }: Context, series: LeadSeries): Promise<number> {
  const { url, count = 0, showSecrets = false, json = false } = command.opts<BulkOptions>();
  const { stdout, stderr, signal } = environment;
  const webhook = new URL(url);
  for (let index = 0; index < count; index += 1) {
    if (signal.aborted) return exitCodes.interrupted;
    const address = shownUrl(webhook.origin + webhookTarget(webhook, series.query(index)), showSecrets);
    const name = { leadId: series.lead(index).id, seed: series.seedOf(index) };
    stdout.write(json ? `${safeJson({ type: 'lead', ...name, url: address })}\n` : `${address}\n`);
    await stdout.flushed?.();
  }
  if (!json && !mayShowToken(series.lead(0).token, showSecrets)) {
    stderr.write('note: the token is masked; --show-secrets gives addresses that can be called\n');
  }
  return exitCodes.ok;
}
