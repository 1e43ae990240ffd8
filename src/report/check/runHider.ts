import { headerSecrets, hiderOf, passwordSpellings } from '../../protocol/hideSecrets.ts';
import { knownMistakes } from '../../protocol/diagnoseToken.ts';
import { secretTokens } from '../../protocol/maskToken.ts';
import { type Credentials } from '../../protocol/token.ts';
import { mayShowToken } from '../curlCommand.ts';

/** What the secrets of a run are made of. */
export interface SecretSources {
  readonly token: string;
  readonly credentials: Credentials | undefined;
  /** Addresses that are called; they may hold passwords and tokens. */
  readonly addresses: readonly string[];
  /** Headers of all requests. */
  readonly headers: ReadonlyArray<readonly [string, string]>;
}

/** Never throws on a broken escape. */
function decoded(encoded: string): string {
  const value = encoded.replaceAll('+', '%2B').replaceAll('&', '%26');
  return new URLSearchParams(`v=${value}`).get('v') ?? '';
}

function addressSecrets(address: string): string[] {
  const { password, search } = new URL(address);
  const tokens = secretTokens(search.slice(1));
  return [password, ...tokens].flatMap((secret) => [secret, decoded(secret)]);
}

function ownSecrets({ token, credentials, addresses, headers }: SecretSources): string[] {
  const { password = '' } = credentials ?? {};
  return [
    ...(mayShowToken(token, false) ? [] : [token]),
    ...passwordSpellings(password),
    ...addresses.flatMap(addressSecrets),
    ...headerSecrets(headers),
  ];
}

/** Digests that are made of the password in wrong ways: they give it away to whoever tries passwords. */
function wrongDigests({ credentials }: SecretSources): string[] {
  const digests = credentials ? [...knownMistakes(credentials)].map(({ digest }) => digest) : [];
  return digests.filter((digest) => !mayShowToken(digest, false));
}

/** Takes out of texts what no report may hold, whether it was sent or the handler gives it away by itself. */
export function runHider(sources: SecretSources): (text: string) => string {
  const hideOwn = hiderOf(ownSecrets(sources), 2);
  // There are so many of them that shorter parts stand at the end of an excerpt by chance.
  const hideDigests = hiderOf(wrongDigests(sources), 8);
  return (text) => hideDigests(hideOwn(text));
}
