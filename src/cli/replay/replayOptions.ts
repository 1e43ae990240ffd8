import { type Command, Option } from 'commander';
import { addCredentialOptions, addTokenOption } from '../credentials.ts';
import { addCallerOptions, addUrlOption, type CallerSettings } from '../deliver.ts';
import {
  collectPair,
  parseCount,
  parseRate,
  parseRecordName,
  parseSpeed,
  type Rate,
  type TypedRecordName,
} from '../parseValues.ts';
import { addLogDirOption, addRecordFilterOptions, type RecordFilterOptions } from '../recordOptions.ts';

export interface ReplayCommandOptions extends CallerSettings, RecordFilterOptions {
  readonly url: string;
  readonly logDir: string;
  readonly user?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
  readonly set?: Array<[string, string]>;
  readonly limit?: number;
  readonly rate?: Rate;
  readonly speed?: number;
  readonly concurrency: number;
  readonly after?: TypedRecordName;
  readonly diff?: boolean;
  readonly showSecrets?: boolean;
  readonly showPii?: boolean;
  readonly json?: boolean;
  /** Those of the program. */
  readonly config?: string;
  readonly profile?: string;
  readonly dotenv?: string;
}

export function addReplayOptions(command: Command): Command {
  addTokenOption(addCredentialOptions(addUrlOption(command)))
    .option('--set <name=value...>', 'parameters that get another value', collectPair)
    .option('-n, --limit <n>', 'send at most so many', parseCount)
    .option('--after <run:seq>', 'go on behind this record', parseRecordName);
  addRecordFilterOptions(addLogDirOption(command))
    .addOption(new Option('--rate <rate>', 'at most so many, evenly: 10/s, 100/m').argParser(parseRate))
    .addOption(new Option('--speed <speed>', 'with the recorded gaps (1x), or half (2x)').argParser(parseSpeed))
    .option('--concurrency <n>', 'requests under way at a time', parseCount, 1)
    .option('--diff', 'compare each answer with the recorded one')
    .option('--dry-run', 'print the addresses and send nothing');
  return addCallerOptions(command)
    .option('--show-secrets', 'show tokens in full')
    .option('--show-pii', 'show phones and addresses in full')
    .option('--json', 'NDJSON on stdout: one line a request, then a summary');
}
