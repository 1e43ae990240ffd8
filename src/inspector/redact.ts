import { type JournalRecord } from '../journal/record.ts';
import { mask } from '../protocol/mask.ts';
import { firstLetter, holdsName, isPlainId, knownHider, personOf, textHider } from './personalData.ts';

/** Texts of a record without personal data. */
export interface Redaction {
  /** Any text. */
  readonly text: (text: string) => string;
  /** An id, which may look like a phone; one that has more in it is a text like any other. */
  readonly id: (text: string) => string;
  readonly record: () => JournalRecord;
}

/** Parameters with ids. */
const idParameters = new Set(['id', 'leadId', 'visit', 'element_id', 'manager_id']);

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?Z?)?$/.test(text);

/** A token is a hash, in which any digits may stand. */
const isToken = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text);

/** Headers whose values are gone through; in others anything may stand, and in any encoding. */
const harmlessHeader = /^(host|user-agent|accept|accept-encoding|connection|content-type|content-length)$/i;

/** Fields with texts of this program alone. All others are gone through, also those that are not known yet. */
const exempt = new Set(['run', 'receivedAt', 'remote', 'token', 'code', 'severity', 'verdict', 'encoding']);

type Pairs = JournalRecord['headers'];

/** What leaves out of a record, and of what is said of it, its phones, mailboxes and the client's name. */
export function redactionOf(record: JournalRecord): Redaction {
  const person = personOf(record);
  const text = textHider(person);
  const hideKnown = knownHider(person);
  const id = (value: string): string => (isPlainId(value) ? hideKnown(value) : text(value));

  function parameter(name: string, value: string): string {
    if (holdsName(name)) return firstLetter(value);
    if (idParameters.has(name)) return id(value);
    if (name === 'token' && isToken(value)) return value;
    return isDate(value) ? value : text(value);
  }

  function parameters(of: JournalRecord['parameters']): JournalRecord['parameters'] {
    const shown = Object.create(null) as Record<string, string>;
    for (const [name, value] of Object.entries(of)) {
      const hidden = text(name);
      // Two names may look alike without what was in them.
      const free = hidden in shown ? `${hidden} (${Object.keys(shown).length + 1})` : hidden;
      shown[free] = parameter(name, value);
    }
    return shown;
  }

  const pairs = (of: Pairs): Pairs =>
    of.map(([name, value]) => [text(name), harmlessHeader.test(name) ? text(value) : mask]);

  /** Path and nothing of the query, where all of it stands in any encoding. */
  const target = (of: string): string => text(of.replace(/\?[^]*$/, '')) + (of.includes('?') ? `?${mask}` : '');

  /** A field of the record, or of an object in it. */
  function field(name: string, value: unknown): unknown {
    if (exempt.has(name)) return value;
    if (name === 'headers') return pairs(value as Pairs);
    if (name === 'parameters') return parameters(value as JournalRecord['parameters']);
    if (typeof value === 'string') {
      if (name === 'target' || name === 'url') return target(value);
      return name === 'orderId' ? id(value) : text(value);
    }
    if (Array.isArray(value)) return value.map((member: unknown) => field('', member));
    return typeof value === 'object' && value !== null ? object(value) : value;
  }

  function object(of: object): object {
    const shown = Object.entries(of).map(([name, value]) => [name, field(name, value)] as const);
    const redacted = Object.fromEntries(shown) as Record<string, unknown>;
    // Bytes that are no text can be gone through by nobody.
    if (redacted['encoding'] === 'base64' && 'body' in redacted) redacted['body'] = '';
    return redacted;
  }

  return {
    text,
    id,
    record: () => ({
      ...(object({ ...record, body: null }) as JournalRecord),
      // A form in any encoding.
      body: record.body && { ...record.body, encoding: 'utf8', data: mask },
    }),
  };
}
