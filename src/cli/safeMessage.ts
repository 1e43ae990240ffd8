import { hiderOf } from '../protocol/hideSecrets.ts';
import { mask } from '../protocol/mask.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';
import { printable } from '../report/printable.ts';
import { type Secrets } from './secrets.ts';

/**
 * A message or the stack of an error: without the secrets that were read, passwords of addresses, and what stands
 * behind the name of a secret; safe for a terminal.
 */
export function safeMessage(text: string, secrets: Secrets): string {
  const hidden = hiderOf(
    secrets.all(),
    8,
  )(text)
    // Bounded, for a long text without an end of it would be looked through again from each of its letters.
    .replace(/[^\s'"/@:]{1,256}:[^\s'"@]{1,256}@/g, `${mask}@`)
    .replace(/(authorization:?\s*)[^'"]+/gi, `$1${mask}`)
    .replace(/([?&][^=&\s'"]*(?:token|password|key)[^=&\s'"]*=)[^&\s'"]+/gi, `$1${mask}`)
    // A token: that of the password is not computed here, for it would load the cryptography with every start.
    .replace(/(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi, (digest) => (isPublicToken(digest) ? digest : mask))
    // A misspelt --password=… is quoted whole.
    .replace(/(unknown option '--?[^'=\s]+=)[^']*/g, `$1${mask}`);
  return hidden.split('\n').map(printable).join('\n');
}
