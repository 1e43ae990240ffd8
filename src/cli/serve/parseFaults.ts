import { InvalidArgumentError } from 'commander';
import { excerpt } from '../../protocol/excerpt.ts';
import { type Fault, faultKinds, type FaultShare } from '../../server/faults.ts';
import { parseDuration } from '../parseValues.ts';

/** Longest delay of a slow answer; nothing waits that long, and a connection should not be held for ever. */
const longestDelayMs = 600_000;

const known = faultKinds.map((kind) => (kind === 'slow' ? 'slow=5s' : kind)).join(', ');

/** `http-500` or `slow=5s`. */
function parseFault(text: string): Fault {
  const [, word = '', time] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const kind = faultKinds.find((name) => name === word);
  if (kind === undefined) throw new InvalidArgumentError(`"${excerpt(text, 40)}" is no fault: use ${known}.`);
  if (kind !== 'slow') {
    if (time !== undefined) throw new InvalidArgumentError(`Write ${kind} alone; a time goes with slow.`);
    return { kind, name: kind, delayMs: 0 };
  }
  if (time === undefined) throw new InvalidArgumentError('Say how slow: slow=5s.');
  const delayMs = parseDuration(time);
  if (delayMs > longestDelayMs) throw new InvalidArgumentError('A slow answer takes 10m at most.');
  return { kind, name: `slow=${delayMs < 1000 ? `${delayMs}ms` : `${delayMs / 1000}s`}`, delayMs };
}

/** `0.3` or `30%`. */
function parseShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const share = match ? Number(match[1]) / (match[2] === '%' ? 100 : 1) : Number.NaN;
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('Write a share such as 0.3 or 30%.');
  return share;
}

/** A sum of tenths is not exact. */
const rounding = 1e-9;

/** `http-500`, `http-500:0.3` or `slow=5s:10%`, collected; without a share it is all answers. */
export function collectFault(text: string, previous: FaultShare[] | undefined): FaultShare[] {
  const colon = text.indexOf(':');
  const fault = parseFault(colon < 0 ? text : text.slice(0, colon));
  const shares = [...(previous ?? []), { fault, share: colon < 0 ? 1 : parseShare(text.slice(colon + 1)) }];
  if (shares.reduce((sum, { share }) => sum + share, 0) > 1 + rounding) {
    throw new InvalidArgumentError(
      'All shares together are more than 1; write http-500:0.3 for a part of the answers.',
    );
  }
  return shares;
}

/** `http-500,http-500,ok`; `ok` is a normal answer. */
export function parseFaultSequence(text: string): Array<Fault | undefined> {
  return text.split(',').map((part) => {
    const word = part.trim();
    return word === 'ok' ? undefined : parseFault(word);
  });
}
