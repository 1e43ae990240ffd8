import { type HeaderPairs } from './endToEndHeaders.ts';
import { isSecretHeader, mask } from './maskToken.ts';

/** Shorter values are too likely to stand in a text by chance. */
const shortestSecret = 8;

/** A text without the secret, also where an excerpt ends within it, after at least so many of its characters. */
function hideSecret(text: string, secret: string, shortestPart: number): string {
  const lower = secret.toLowerCase();
  // In any case of letters, for a handler may show it in upper case.
  const hidden = text.replace(new RegExp(lower.replace(/[^\w]/g, String.raw`\$&`), 'gi'), mask);
  const end = hidden.lastIndexOf('…');
  for (let length = Math.min(secret.length - 1, end); length >= shortestPart; length -= 1) {
    if (hidden.slice(end - length, end).toLowerCase() === lower.slice(0, length)) {
      return `${hidden.slice(0, end - length)}${mask}${hidden.slice(end)}`;
    }
  }
  return hidden;
}

/** Takes secrets out of texts, whole ones and parts of at least so many characters at the end of an excerpt. */
export function hiderOf(secrets: readonly string[], shortestPart: number): (text: string) => string {
  const long = [...new Set(secrets)].filter((secret) => secret.length >= shortestSecret);
  return (text) => long.reduce((hidden, secret) => hideSecret(hidden, secret, shortestPart), text);
}

/** Credentials in headers: the whole value and the words of it, for a handler may repeat a token without its scheme. */
export function headerSecrets(headers: HeaderPairs): string[] {
  return headers.filter(([name]) => isSecretHeader(name)).flatMap(([, value]) => [value, ...value.split(/[ ;=]+/)]);
}
