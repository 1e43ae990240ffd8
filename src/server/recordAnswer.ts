import { isUtf8 } from 'node:buffer';
import { type Forward, type RecordedAnswer } from '../journal/record.ts';
import { type HeaderPairs } from '../protocol/endToEndHeaders.ts';
import { headerSecrets, hiderOf } from '../protocol/hideSecrets.ts';
import { maskHeaders, maskText, secretTokens } from '../protocol/maskToken.ts';
import { type PassOutcome } from '../protocol/passOn.ts';
import { type OutgoingAnswer } from './sendAnswer.ts';

/** Bytes of an answer's body that are recorded: beside the longest request the line stays within the longest one. */
const recordedLimitBytes = 128 * 1024;

/** Takes the secrets out of what a handler says, for handlers repeat what they were sent. */
export interface Masker {
  readonly text: (text: string) => string;
  readonly headers: (headers: HeaderPairs) => Array<[string, string]>;
}

/**
 * More secrets are an attack on the time that it takes to look for them. With so many tokens all is masked anyway; what
 * is left is for the headers, of which the first count.
 */
const mostSecrets = 32;

interface Asked {
  readonly target: string;
  readonly headers: HeaderPairs;
}

/** For answers to a request; its tokens and credentials stay when they are to be kept, those of ours never do. */
export function maskerFor({ target, headers: sent }: Asked, secrets: readonly string[], keepToken: boolean): Masker {
  const tokens = secretTokens(target.slice(target.indexOf('?') + 1));
  const theirs = keepToken ? [] : [...tokens, ...headerSecrets(sent)];
  // Whole ones first, and then what is left of one where an excerpt ends.
  const hide = hiderOf([...secrets, ...theirs], 2, mostSecrets);
  return {
    text: (text) => hide(keepToken ? text : maskText(text, target)),
    headers: (headers) => {
      const masked = keepToken ? headers : maskHeaders(headers, target);
      return masked.map(([name, value]) => [name, hide(value)]);
    },
  };
}

/** The beginning of a body; never cut within a letter of UTF-8. */
function beginning(body: Buffer): Buffer {
  if (body.length <= recordedLimitBytes) return body;
  let end = recordedLimitBytes;
  while (end > recordedLimitBytes - 3 && ((body[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return body.subarray(0, end);
}

/** An answer that is not our own as it stands in a record. */
export function recordAnswer({ status, headers, body }: OutgoingAnswer, masker: Masker): RecordedAnswer {
  const all = Buffer.from(body);
  const kept = beginning(all);
  const truncated = kept.length < all.length;
  const isText = isUtf8(kept);
  // Other encodings have the same bytes for the letters of a token.
  const encoding = isText ? 'utf8' : 'latin1';
  const masked = masker.text(kept.toString(encoding) + (truncated ? '…' : ''));
  // The mark of the end may have been masked together with what stood before it.
  const text = truncated ? masked.replace(/…$/, '') : masked;
  return {
    status,
    headers: masker.headers(headers),
    body: isText ? text : Buffer.from(text, encoding).toString('base64'),
    ...(isText ? {} : { encoding: 'base64' as const }),
    ...(truncated ? { truncated } : {}),
  };
}

/** What the record says of a request that was passed on. */
export function recordForward({ url, verdict, problems, durationMs }: PassOutcome, masker: Masker): Forward {
  return {
    url,
    verdict,
    problems: problems.map((problem) => ({ ...problem, detail: masker.text(problem.detail) })),
    durationMs: Math.round(durationMs * 1000) / 1000,
  };
}
