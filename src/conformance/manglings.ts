import { decodeWindows1251 } from '../protocol/windows1251.ts';

interface Mangling {
  /** What happened, as the end of "the value …". */
  readonly how: string;
  readonly advice: string;
  /** Whether the stored text shows it. Called only for texts that do not hold the value. */
  readonly shows: (stored: string, sent: string) => boolean;
}

/** What a storage makes of the value, when it can be computed. */
function becomes(make: (sent: string) => string): Mangling['shows'] {
  return (stored, sent) => {
    const made = make(sent);
    return made !== sent && made.trim() !== '' && stored.includes(made.trim());
  };
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', apos: "'", '#39': "'", '#039': "'" };

function unescapeHtml(text: string): string {
  return text.replace(/&(lt|gt|quot|amp|apos|#0?39);/g, (whole, name: string) => entities[name] ?? whole);
}

/** The value with each percent escape and plus decoded once more. */
function decodeAgain(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/[^]/gu, (character) => (character === '%' ? '%' : encodeURIComponent(character.toWellFormed())));
  try {
    return decodeURIComponent(bytes.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return text.replaceAll('+', ' ');
  }
}

const asUtf8Bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Windows-1252 of the bytes 80 to 9F, which MySQL calls latin1; TextDecoder gives Latin-1 on some versions of Node. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

const asLatin1 = (text: string): string => asUtf8Bytes(text).toString('latin1');
const asWindows1252 = (text: string): string =>
  asLatin1(text).replace(/[\u0080-\u009F]/g, (byte) => windows1252[byte.charCodeAt(0) - 0x80] ?? byte);

/** The byte 98, half of the letter И, is no letter of Windows-1251: some put it aside, others put "?" there. */
const asWindows1251 = (text: string, stand: string): string =>
  decodeWindows1251(asUtf8Bytes(text)).replaceAll('\u0098', stand);

const oneBlank = (text: string): string => text.replace(/\s+/g, ' ').trim();

const notAscii = /[^\p{ASCII}]+/gu;
export const needsUtf8mb4 = 'Characters of four bytes need utf8mb4; the charset utf8 of MySQL has three.';
export const fourBytes = /[\u{10000}-\u{10FFFF}]/gu;

/** Matches a text in which each run of characters that are not ASCII has become question marks. */
function questionMarks(sent: string): RegExp {
  const pieces = sent.split(notAscii).map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(pieces.join('[?\uFFFD]+'), 'u');
}

const utf8 = 'Speak UTF-8 everywhere: charset=utf8mb4 in the DSN and in the table, no iconv() on the way.';
export const decodeOnce = '$_GET is decoded already: no urldecode() on it.';
const plain = 'Store the text as it came; escape it with htmlspecialchars() only where it is shown, and only once.';

/** Known ways to spoil a text, the ones that tell most first. Source: handlers that people run. */
export const manglings: readonly Mangling[] = [
  {
    how: 'is decoded twice',
    advice: decodeOnce,
    shows: (stored, sent) => /%[\da-f]{2}/i.test(sent) && becomes(decodeAgain)(stored, sent),
  },
  {
    how: 'lost its "+"',
    advice: `${decodeOnce} In a query a blank is written as "+", and a "+" as %2B.`,
    shows: (stored, sent) =>
      becomes((text) => text.replaceAll('+', ' '))(stored, sent) ||
      becomes((text) => text.replaceAll('+', ''))(stored, sent),
  },
  {
    how: 'is UTF-8 that was read as Windows-1251',
    advice: utf8,
    shows: (stored, sent) =>
      ['\u0098', '?', ''].some((stand) => becomes((text) => asWindows1251(text, stand))(stored, sent)),
  },
  {
    how: 'is UTF-8 that was read as Latin-1',
    advice: utf8,
    shows: (stored, sent) => becomes(asLatin1)(stored, sent) || becomes(asWindows1252)(stored, sent),
  },
  {
    how: 'has "?" in place of its emoji',
    advice: needsUtf8mb4,
    shows: (stored, sent) => {
      const pieces = sent.split(fourBytes);
      return pieces.length > 1 && ['?', '????', '\uFFFD'].some((stand) => stored.includes(pieces.join(stand)));
    },
  },
  {
    how: 'lost its emoji',
    advice: needsUtf8mb4,
    shows: becomes((text) => text.replace(fourBytes, '')),
  },
  {
    how: 'has "?" in place of its letters',
    advice: utf8,
    shows: (stored, sent) => sent.search(notAscii) >= 0 && questionMarks(sent).test(stored),
  },
  {
    how: 'lost all that is not ASCII',
    advice: utf8,
    // What is left may be the first word alone, so nothing may stand behind it.
    shows: (stored, sent) =>
      sent.search(notAscii) >= 0 && oneBlank(stored).endsWith(oneBlank(sent.replace(notAscii, ''))),
  },
  {
    how: 'has е in place of ё',
    advice: 'Store the text as it came.',
    shows: becomes((text) => text.replaceAll('ё', 'е').replaceAll('Ё', 'Е')),
  },
  {
    how: 'is stored as JSON escapes (\\u0444)',
    advice: 'Store the decoded text, or encode with JSON_UNESCAPED_UNICODE.',
    shows: becomes((text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[^\p{ASCII}]/gu, (character) =>
          Array.from(
            { length: character.length },
            (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
          ).join(''),
        ),
    ),
  },
  {
    how: 'is escaped for HTML twice',
    advice: plain,
    shows: (stored, sent) => {
      const once = unescapeHtml(stored);
      return !once.includes(sent) && unescapeHtml(once).includes(sent);
    },
  },
  { how: 'is escaped for HTML', advice: plain, shows: (stored, sent) => unescapeHtml(stored).includes(sent) },
  {
    how: 'lost its markup',
    advice: `${plain} No strip_tags() on the way in.`,
    // As strip_tags() does it: a "<" before a blank begins no tag.
    shows: becomes((text) => text.replace(/<(?!\s)[^>]*>/g, '')),
  },
  {
    how: 'has backslashes added',
    advice: 'No addslashes() or own escaping: use prepared statements.',
    shows: (stored, sent) => stored.replace(/\\(['"\\])/g, '$1').includes(sent),
  },
  {
    how: 'lost its backslashes',
    advice: 'No stripslashes(), and prepared statements: in SQL put together by hand a backslash begins an escape.',
    shows: becomes((text) => text.replaceAll('\\', '')),
  },
  {
    how: 'lost its line breaks',
    advice: 'Keep line breaks in the column (TEXT), and use nl2br() only where the text is shown.',
    shows: (stored, sent) =>
      (sent.includes('\n') && oneBlank(stored).includes(oneBlank(sent))) ||
      ['', '\\n', '<br>', '<br/>', '<br />', '<br>\n', '<br />\n'].some((stand) =>
        becomes((text) => text.replaceAll('\n', stand))(stored, sent),
      ),
  },
];
