import { encodeComponent } from '../../protocol/encodeQuery.ts';
import { type Check, type Finding, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { compareStored, compareStoredName, compareStoredPhone, type StoredState } from '../compareStored.ts';
import { firstDifference } from '../firstDifference.ts';
import { likeTheReference } from '../likeTheReference.ts';
import { type Probe } from '../probe.ts';
import { ReadBackError } from '../readBack.ts';

interface SentText {
  readonly text: string;
  readonly name?: string;
  readonly phone?: string;
}

/** The first word of a value: ASCII, found again whatever became of the rest. */
interface Anchor {
  readonly text: string;
  readonly name: string;
}

const anchorOf = (value: string): string => value.slice(0, value.indexOf(' '));

function compare(name: string, value: string, leaves: readonly string[]): StoredState {
  if (name === 'phone') return compareStoredPhone(value, leaves);
  return (name === 'name' ? compareStoredName : compareStored)(value, anchorOf(value), leaves);
}

/** The findings of one stored order: values that were changed, or that are nowhere. */
function compareOrder(sent: SentText, leaves: readonly string[], exchange: Exchange): Finding[] {
  const states = Object.entries(sent).map(([name, value]: [string, string]): [string, string, StoredState] => [
    name,
    value,
    compare(name, value, leaves),
  ]);
  const findings = states.flatMap(([name, value, state]): Finding[] => {
    if (state.state !== 'changed') return [];
    const { stored, how, advice } = state;
    const [right, wrong] = firstDifference(value, stored.slice(Math.max(0, stored.indexOf(anchorOf(value)))));
    const expected = `the stored ${name} is "${right}"`;
    return [{ expected, received: `the stored ${name} ${how}: "${wrong}"`, advice, exchanges: [exchange] }];
  });
  if (findings.length > 0 || states.some(([, , { state }]) => state === 'intact')) return findings;
  const expected = `the stored order holds the ${Object.keys(sent).join(', ')} of the lead`;
  return [{ expected, received: 'none of the values that were sent stands in it', exchanges: [exchange] }];
}

/** Sends a lead with the text; it has to be accepted, and stored as it is where the order can be read back. */
function storesText(label: string, makeText: (anchor: Anchor, probe: Probe) => SentText) {
  return async (probe: Probe): Promise<Verdict> => {
    const { readBack, random } = probe.options;
    const unique = Math.floor(random() * 2 ** 32).toString(36);
    const sent = makeText({ text: `text-${unique} `, name: `name-${unique} ` }, probe);
    const exchange = await probe.sendLead(`a lead with ${label}`, { ...sent });
    const verdict = await likeTheReference(probe, exchange);
    if (verdict.outcome !== 'passed' || !readBack || exchange.orderId === undefined) return verdict;
    try {
      return verdictOf(compareOrder(sent, await readBack.leavesOf(exchange.orderId), exchange));
    } catch (error) {
      if (!(error instanceof ReadBackError)) throw error;
      if (!(await isReadable(probe))) return skipped('what is stored cannot be read: see contact-read-back');
      const expected = 'the --read-back address shows the order';
      return verdictOf([{ expected, received: error.message, exchanges: [exchange] }]);
    }
  };
}

/** Whether the order of the plain lead can be read back. */
async function isReadable(probe: Probe): Promise<boolean> {
  const { orderId } = await probe.reference();
  try {
    await probe.options.readBack?.leavesOf(orderId ?? '');
    return true;
  } catch {
    return false;
  }
}

const russian = 'Здравствуйте, сколько стоит доставка в Тверь? Перезвоните после обеда, пожалуйста. ';

/** Russian text of which `measure` gives at most `limit`; the measure of a text is the sum of its characters'. */
function russianText(anchor: string, limit: number, measure: (text: string) => number): string {
  let text = anchor;
  let size = measure(anchor);
  for (const character of russian.repeat(Math.ceil(limit / russian.length))) {
    size += measure(character);
    if (size > limit) break;
    text += character;
  }
  return text.trimEnd();
}

const kib = 1024;

const means = 'Managers and reports see garbled or shortened text, or the lead is lost.';
const readBack = 'With --read-back the stored values are compared with those that were sent.';

function textCheck(particular: string, label: string, mend: string, makeText: Parameters<typeof storesText>[1]) {
  return {
    level: 'MUST',
    title: `MUST accept ${particular}`,
    sends: `A lead with ${label}. ${readBack}`,
    means,
    mend,
    leads: 1,
    usesReference: false,
    run: storesText(label, makeText),
  } as const satisfies Check;
}

const utf8 = 'Keep UTF-8 all the way: charset=utf8mb4 in the DSN and in the tables, mb_ functions for lengths.';
const prepared = 'Use prepared statements, never put $_GET into an SQL string or a command line.';
const shown = 'Store the text as it came, and use htmlspecialchars() only where it is shown.';

/** Text as people write it. What is sent has to arrive, not just to be accepted. */
export const textChecks = {
  'text-cyrillic': textCheck('Cyrillic text', 'Cyrillic letters in text and name', utf8, (anchor) => ({
    text: `${anchor.text}Съешь этих мягких французских булок, да выпей чаю`,
    name: `${anchor.name}Иван Щукин`,
  })),
  'text-yo': textCheck('the letter ё', 'ё and Ё in text and name', utf8, (anchor) => ({
    text: `${anchor.text}Ёлка зелёная, приём в её офисе`,
    name: `${anchor.name}Пётр Ёлкин`,
  })),
  'text-emoji': textCheck(
    'emoji',
    'emoji in text',
    'MySQL needs utf8mb4 for the connection and the column; its utf8 has no room for emoji, and an INSERT fails.',
    (anchor) => ({ text: `${anchor.text}Спасибо 😀 жду 👍🏽 звонка 🇷🇺 сегодня` }),
  ),
  'text-lines': textCheck(
    'text of several lines',
    'several lines of text',
    'Keep line breaks in a TEXT column.',
    (anchor) => ({ text: `${anchor.text}первая строка\nвторая строка\n\nпоследняя строка` }),
  ),
  'text-quotes': textCheck(
    'quotation marks and backslashes',
    'quotation marks and backslashes',
    prepared,
    (anchor) => ({
      text: `${anchor.text}ООО "Ромашка" и O'Neil, «лапки», \`обратные\`, C:\\temp\\new`,
      name: `${anchor.name}Д'Артаньян "Шпага"`,
    }),
  ),
  'text-markup': textCheck('markup', 'HTML markup in text and name', shown, (anchor) => ({
    text: `${anchor.text}<b>жирно</b> & <script>alert(1)</script> 2 < 3 &amp; 5 > 4`,
    name: `${anchor.name}<i>Иван</i> & Ко`,
  })),
  'text-sql': textCheck('SQL metacharacters', 'SQL metacharacters in text and name', prepared, (anchor) => ({
    text: `${anchor.text}'); -- " ; SELECT 1 /* 100% */ \\' OR '1'='1`,
    name: `${anchor.name}x' OR ''='`,
  })),
  'text-shell': textCheck('shell metacharacters', 'shell metacharacters in text', prepared, (anchor) => ({
    text: `${anchor.text}$(echo 1) \`echo 2\` ; echo 3 | cat && echo $HOME > /dev/null & !! *?`,
  })),
  'text-plus': textCheck(
    '"+" and blanks in a phone',
    '"+", blanks and percent signs',
    "$_GET is decoded already: no urldecode() and no str_replace('+', ' ', …) on it.",
    (anchor, { options: { random } }) => ({
      text: `${anchor.text}1+1=2, скидка 50%25, код %2B7`,
      phone: `+7 999 000-${10 + Math.floor(random() * 90)}-${10 + Math.floor(random() * 90)}`,
    }),
  ),
  'text-long': textCheck(
    'a request line of 7 KiB',
    'text that takes 7 KiB in the request',
    'Raise what cuts or refuses it: large_client_header_buffers in nginx, LimitRequestLine in Apache, VARCHAR columns.',
    (anchor, probe) => {
      // The whole request line stays below the 8 KiB that web servers take by default.
      const { pathname, search } = probe.options.webhook;
      const limit = Math.max(kib, 7 * kib - pathname.length - search.length);
      return { text: russianText(anchor.text, limit, (text) => encodeComponent(text).length) };
    },
  ),
  'text-very-long': {
    ...textCheck(
      '7 KiB of Russian text',
      '7 KiB of Russian text, 21 KiB in the request',
      'Raise the limit of the request line: large_client_header_buffers 4 64k in nginx, LimitRequestLine 65536 in Apache, --max-http-header-size=65536 in Node.',
      (anchor) => ({ text: russianText(anchor.text, 7 * kib, (text) => Buffer.byteLength(text)) }),
    ),
    level: 'SHOULD',
    title: 'SHOULD accept 7 KiB of Russian text',
  },
} as const satisfies Record<string, Check>;
