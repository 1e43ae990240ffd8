import { decodeName, decodeQuery } from '../protocol/decodeQuery.ts';
import { mask } from '../protocol/mask.ts';
import { isSecretParameter } from '../protocol/maskToken.ts';
import { maskPii } from './maskPii.ts';

/** Parameters with numbers and times that could be taken for phones, and say nothing of anybody. */
export const impersonal: ReadonlySet<string> = new Set([
  'id',
  'leadId',
  'visit',
  'created_date',
  'element_id',
  'manager_id',
]);

const isPrivate = (text: string): boolean => maskPii(text) !== text;

/** A text as a handler reads it, also in Windows-1251 and with a broken `%`. */
const decoded = (written: string): string => decodeQuery(`v=${written.replaceAll('&', '%26')}`).parameters['v'] ?? '';

function shownPath(path: string): string {
  const text = decoded(path);
  return isPrivate(text) ? maskPii(text) : path;
}

function shownPiece(piece: string): string {
  const equals = piece.indexOf('=');
  const written = equals < 0 ? piece : piece.slice(0, equals);
  const name = decodeName(written);
  const shownName = isPrivate(name) ? mask : written;
  if (equals < 0) return shownName;
  // Secrets were dealt with before, and a token is no phone, whatever digits it has.
  const isOpen = impersonal.has(name) || isSecretParameter(name);
  const value = piece.slice(equals + 1);
  return `${shownName}=${!isOpen && isPrivate(decoded(value)) ? mask : value}`;
}

/**
 * A request target, one byte a character (latin1), without phones and mailboxes in its path, and in the names and values
 * of its query; all else stays as it is written.
 */
export function maskTargetPii(target: string): string {
  const mark = target.indexOf('?');
  if (mark < 0) return shownPath(target);
  const pieces = target.slice(mark + 1).split('&');
  return `${shownPath(target.slice(0, mark))}?${pieces.map(shownPiece).join('&')}`;
}
