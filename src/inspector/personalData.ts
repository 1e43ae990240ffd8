import { type JournalRecord } from '../journal/record.ts';
import { mask } from '../protocol/mask.ts';
import { maskPii } from '../report/maskPii.ts';

/** What is known of the person that a record is about. */
export interface Person {
  readonly names: readonly string[];
  /** Digits of phones, without what a country puts before them. */
  readonly phones: readonly string[];
  readonly mailboxes: readonly string[];
}

/** Those of things (`form_name`) are nobody's, and their words would be hidden everywhere. */
const nameParameter =
  /^(?:(?:first|last|full|middle|second|sur|client|contact|customer|user)[ _-]?)?name$|^fio$|^(?:имя|фамилия|отчество|фио)$/iu;
const phoneParameter = /phone|^tel$|телефон/iu;
const mailParameter = /mail|почта/iu;

/** Whether a parameter of this name holds the name of a person. */
export const holdsName = (parameter: string): boolean => nameParameter.test(parameter);

/** Of so many parameters the person is taken, for an attacker may send any number. */
const mostKnown = 20;
/** Longer ones are no names. */
const longestName = 200;

/** Pairs of name and value that a record says of itself: parameters, and the members of the JSON in `data`. */
function pairsOf({ parameters }: JournalRecord): Array<readonly [string, unknown]> {
  const pairs: Array<readonly [string, unknown]> = Object.entries(parameters);
  try {
    const data: unknown = JSON.parse(parameters['data'] ?? '');
    if (typeof data === 'object' && data !== null) pairs.push(...Object.entries(data));
  } catch {
    // Then it has no members.
  }
  return pairs;
}

export function personOf(record: JournalRecord): Person {
  const known = { names: [] as string[], phones: [] as string[], mailboxes: [] as string[] };
  for (const [name, value] of pairsOf(record)) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value).trim();
    if (text === '' || text.length > longestName) continue;
    if (holdsName(name) && /\p{L}/u.test(text)) known.names.push(text);
    else if (mailParameter.test(name) && text.includes('@')) known.mailboxes.push(text);
    else if (phoneParameter.test(name)) {
      const digits = text.replace(/\P{Nd}/gu, '').slice(-10);
      if (digits.length >= 7) known.phones.push(digits);
    }
  }
  return {
    names: [...new Set(known.names)].slice(0, mostKnown),
    phones: [...new Set(known.phones)].slice(0, mostKnown),
    mailboxes: [...new Set(known.mailboxes)].slice(0, mostKnown),
  };
}

export const firstLetter = (name: string): string => (name === '' ? '' : `${Array.from(name)[0]}${mask}`);

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/**
 * A pattern for a name and for its single words. A long word is found within others, too, for names are declined and
 * glued together; a shorter one at the beginning of a word, and the shortest as whole words alone.
 */
function namePattern(names: readonly string[]): RegExp | undefined {
  const words = names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{M}\p{Nd}'’]+/u)]);
  const kept = [...new Set(words)].filter((word) => /\p{L}/u.test(word)).toSorted((a, b) => b.length - a.length);
  const parts = kept.slice(0, mostKnown * 3).flatMap((word) => {
    const text = literally(word).replace(/\s+/gu, String.raw`[\s+]+`);
    if (word.length >= 5) return [text];
    if (word.length >= 3) return [String.raw`(?<!\p{L})${text}`];
    // Single words of two letters are particles: "de", "oglu" has more.
    return names.includes(word) ? [String.raw`(?<!\p{L})${text}(?!\p{L})`] : [];
  });
  return parts.length === 0 ? undefined : new RegExp(parts.join('|'), 'giu');
}

/** Hides what is known of a person, and leaves all other text as it is. */
export function knownHider({ names, phones, mailboxes }: Person): (text: string) => string {
  const name = namePattern(names);
  const mailbox = mailboxes.length === 0 ? undefined : new RegExp(mailboxes.map(literally).join('|'), 'giu');
  return (text) => {
    let hidden = text;
    if (mailbox) hidden = hidden.replace(mailbox, (all) => firstLetter(all) + all.slice(all.lastIndexOf('@')));
    if (phones.length > 0) {
      hidden = hidden.replace(/\p{Nd}{7,}/gu, (digits) =>
        phones.some((phone) => digits.includes(phone)) ? `${digits.slice(0, 4)}${mask}${digits.slice(-2)}` : digits,
      );
    }
    return name ? hidden.replace(name, firstLetter) : hidden;
  };
}

/** A text that is an id, and says nothing of a person unless it is known of one: digits, also behind one word. */
export const isPlainId = (text: string): boolean => /^(?:[a-z]{1,16}[-_]?)?\d{1,15}$|^order-[0-9a-f]{32}$/i.test(text);

/** Of JSON, also within a text of JSON that is cut off, of JavaScript, and of HTML. */
const escapes = /\\{1,8}(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2}))|&#x([0-9a-f]{1,6});?|&#(\d{1,7});?/gi;

function characterOf(code: number, otherwise: string): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : otherwise;
}

function decodePercents(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
  }
}

/** A text with its escapes of JSON, addresses and HTML taken out. */
function decoded(text: string): string {
  if (!/[\\%&]/.test(text)) return text;
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, decodePercents)
    .replace(escapes, (all: string, ...codes: ReadonlyArray<string | undefined>) => {
      const [json, braced, byte, hex, decimal] = codes;
      const digits = json ?? braced ?? byte ?? hex;
      return characterOf(digits === undefined ? Number(decimal) : Number.parseInt(digits, 16), all);
    });
}

/** Escapes within escapes are followed as far. */
const mostLayers = 4;

/** Hides what `hide` finds in a text, also behind escapes; a text in which it finds nothing stays as it is written. */
function hideBehindEscapes(text: string, hide: (text: string) => string): string {
  let hidden = hide(text);
  let plain = hidden;
  for (let layer = 0; layer < mostLayers; layer += 1) {
    const next = decoded(plain);
    if (next === plain) break;
    plain = next;
    const hiddenNext = hide(next);
    if (hiddenNext !== next) hidden = plain = hiddenNext;
  }
  return hidden;
}

const deepest = 40;

/** A masker of texts: phones, mailboxes, and what is known of the person, in JSON, escaped, and as plain text. */
export function textHider(person: Person): (text: string) => string {
  const hideKnown = knownHider(person);
  const hidePlain = (text: string): string => maskPii(hideKnown(text));

  function hideValue(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return hideText(value, depth + 1);
    if (typeof value === 'number') {
      const text = String(value);
      const hidden = hidePlain(text);
      return hidden === text ? value : hidden;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth > deepest) return mask;
    if (Array.isArray(value)) return value.map((member) => hideValue(member, depth + 1));
    const members = Object.entries(value);
    return Object.fromEntries(
      members.map(([name, member]) => [hideText(name, depth + 1), hideValue(member, depth + 1)]),
    );
  }

  function hideText(text: string, depth: number): string {
    if (depth <= deepest && /^\s*[[{"]/.test(text)) {
      try {
        // Written anew in any case, for a member that stands there twice is read once.
        return JSON.stringify(hideValue(JSON.parse(text), depth));
      } catch {
        // Then it is a text like any other.
      }
    }
    return hideBehindEscapes(text, hidePlain);
  }

  return (text) => hideText(text, 0);
}
