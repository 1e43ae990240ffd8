import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checks, type CheckId, isCheckId } from '../../src/conformance/checks.ts';
import { handlersFolder } from '../helpers/php.ts';

/** Handlers in fixtures/handlers/wrong, each with one mistake; the name begins with the id of the check that finds it. */
export const wrongHandlers: readonly string[] = readdirSync(join(handlersFolder, 'wrong'))
  .filter((file) => file.endsWith('.php'))
  .map((file) => file.replace(/\.php$/, ''))
  .toSorted();

/** The check that a handler is named after: the longest id that its name begins with. */
export function checkOf(handler: string): CheckId | undefined {
  const ids = Object.keys(checks).filter((id) => handler === id || handler.startsWith(`${id}-`));
  const longest = ids.toSorted((a, b) => b.length - a.length)[0];
  return longest !== undefined && isCheckId(longest) ? longest : undefined;
}

/** Only text-sql and text-shell are ASCII throughout. */
const allWithCyrillic: readonly CheckId[] = [
  'text-cyrillic',
  'text-yo',
  'text-emoji',
  'text-lines',
  'text-quotes',
  'text-markup',
  'text-plus',
  'text-long',
  'text-very-long',
];

/** Handlers that show their orders by themselves, and wrongly. */
export const showsOrders: readonly string[] = ['contact-read-back', 'text-markup-shown'];

/** Handlers that fail other checks, too, because the same mistake shows there. */
export const failsOf: Readonly<Record<string, readonly CheckId[]>> = {
  // The order "0" exists nowhere, so it can be neither shown nor written to, and every lead gets it.
  'answer-order-id-zero': ['contact-read-back', 'answer-order-id', 'answer-own-order', 'answer-message'],
  // Whoever takes any token takes each wrong one; only a missing one is refused.
  'auth-wrong-token': [
    'auth-wrong-token',
    'auth-empty-token',
    'auth-other-user',
    'auth-upper-case',
    'auth-swapped',
    'auth-separated',
    'auth-message',
  ],
  // For empty() a missing token is an empty one.
  'auth-empty-token-not-empty': ['auth-missing-token', 'auth-empty-token'],
  // json_decode() gives null for an empty text, for what is no JSON and for null.
  'robust-data-empty-loop': ['robust-data-empty', 'robust-data-not-json', 'robust-data-other-type'],
  'text-cyrillic': allWithCyrillic,
  'text-cyrillic-1251': allWithCyrillic,
  'text-cyrillic-dropped': allWithCyrillic,
  // The escapes of JSON are for quotation marks and backslashes, too.
  'text-cyrillic-json': [...allWithCyrillic, 'text-sql'],
  'text-cyrillic-question-marks': allWithCyrillic,
  // It refuses Cyrillic in a lead of any source, and takes a text that is missing or empty for one.
  'text-cyrillic-refused': [
    'answer-lead-hunter',
    'answer-calltracking',
    'answer-jivosite',
    'answer-email',
    'answer-form',
    'robust-missing-parameters',
    'robust-empty-parameters',
    ...allWithCyrillic,
  ],
  'text-cyrillic-utf8-encode': allWithCyrillic,
  // What is too long for the shorter text is too long for the longer one.
  'text-long': ['text-long', 'text-very-long'],
  'text-long-null': ['text-long', 'text-very-long'],
  'text-long-refused': ['text-long', 'text-very-long'],
  // Quotation marks, "&" and ">" stand in these texts, too.
  'text-markup-escaped': ['text-quotes', 'text-markup', 'text-sql', 'text-shell'],
  'text-markup-escaped-twice': ['text-quotes', 'text-markup', 'text-sql', 'text-shell'],
  // SQL metacharacters are quotation marks and backslashes, for the most part.
  'text-quotes-backslashes': ['text-quotes', 'text-sql'],
  'text-quotes-refused': ['text-quotes', 'text-sql'],
  'text-quotes-slashes': ['text-quotes', 'text-sql'],
  // Whoever makes a second order for a lead that comes later makes one for a lead that comes at the same time.
  'idempotent-twice': ['idempotent-twice', 'idempotent-at-once'],
};

/** What the first finding of the handler's check says was received. */
export const receivedOf: Readonly<Record<string, RegExp>> = {
  'contact-read-back': /^no JSON for the order \d+: "Login"$/,
  'contact-right-token': /accepted\. It is md5\(password\): the login is missing/,
  'contact-right-token-newline': /accepted\. It is made with a newline at the end/,
  'contact-right-token-settings': /^the token md5\(user \+ password\) is refused \(HTTP 401 and \{.*\}\)$/,
  'contact-tells-apart': /^every request is answered the same way: HTTP 200 and \{"status":"ok","order_id":"1"\}$/,
  'contact-tells-apart-login': /^every request is answered the same way: HTTP 302 to \/admin\/login\.php/,
  'contact-tells-apart-not-found': /^every request is answered the same way: HTTP 404 and says "Not found/,
  'answer-json-bom': /EF BB BF/,
  'answer-message': /^status is "error", and the handler says "no such order"$/,
  'answer-order-id-zero': /^order_id is "0"$/,
  'auth-message-error': /a message of PHP: "Fatal error: Uncaught RuntimeException/,
  'idempotent-twice': /^order_id "\d+", then order_id "\d+"$/,
  'idempotent-at-once': /^order_id "\d+" and order_id "\d+"$/,
  'text-cyrillic': /^the stored text is UTF-8 that was read as Latin-1: "text-\w+ Ð¡ÑŠÐµÑˆÑŒ/,
  'text-cyrillic-1251': /^the stored text is UTF-8 that was read as Windows-1251: "text-\w+ РЎСЉРµС€СЊ/,
  'text-cyrillic-dropped': /^the stored text lost all that is not ASCII: /,
  'text-cyrillic-json': /^the stored text is stored as JSON escapes \(\\u0444\): /,
  'text-cyrillic-question-marks': /^the stored text has "\?" in place of its letters: "text-\w+ \?{5} \?{4} /,
  'text-cyrillic-refused': /^instead of JSON: "Fatal error: Uncaught TypeError/,
  'text-cyrillic-utf8-encode': /^the stored text is UTF-8 that was read as Latin-1: "text-\w+ Ð¡Ñ\u008AÐµ/,
  'text-yo': /^the stored text has е in place of ё: "text-\w+ Елка зеленая/,
  'text-emoji': /^the stored text has "\?" in place of its emoji: "text-\w+ Спасибо \? жду \?\? звонка/,
  'text-emoji-cut': /^the stored text is cut after \d+ of \d+ characters: "text-\w+ Спасибо "$/,
  'text-emoji-refused': /1366 Incorrect string value/,
  'text-lines': /^the stored text lost its line breaks: "text-\w+ первая строка вторая/,
  'text-lines-br': /^the stored text lost its line breaks: "text-\w+ первая строка<br \/>вторая/,
  'text-quotes': /^the stored text is changed: ".*"лапки"/,
  'text-quotes-backslashes': /^the stored text lost its backslashes: ".*C:tempnew/,
  'text-quotes-refused': /1064 You have an error in your SQL syntax/,
  'text-quotes-slashes': /^the stored text has backslashes added: "text-\w+ ООО \\"Ромашка\\"/,
  'text-markup': /^the stored text lost its markup: "text-\w+ жирно & alert\(1\) 2 < 3 &amp; 5 > 4"$/,
  'text-markup-escaped': /^the stored text is escaped for HTML: "text-\w+ &lt;b&gt;/,
  'text-markup-escaped-twice': /^the stored text is escaped for HTML twice: "text-\w+ &amp;lt;b/,
  'text-markup-shown': /^no JSON for the order \d+: "text-\w+ жирно/,
  'text-sql': /^the stored text is changed: "text-\w+ '\); {2}" ; {2}1 /,
  'text-sql-refused': /^HTTP 403 and says "Forbidden"$/,
  'text-shell': /^the stored text is changed: "text-\w+ \(echo 1\)/,
  'text-shell-refused': /^HTTP 403 and says "Forbidden"$/,
  'text-plus': /^the stored text lost its "\+": "text-\w+ 1 1=2, скидка 50%25, код %2B7"$/,
  'text-plus-decoded-twice': /^the stored text is decoded twice: "text-\w+ 1 1=2, скидка 50%, код \+7"$/,
  'text-plus-digits': /^the stored phone lost its "\+": "7999\d{7}"$/,
  'text-long': /^the stored text is cut after 255 of \d+ characters: "…/,
  'text-long-null': /^none of the values that were sent stands in it$/,
  'text-long-refused': /^HTTP 414 and says "Request-URI Too Large"$/,
  'text-very-long': /^the stored text is cut after \d+ of \d+ characters: "…/,
  'text-very-long-refused': /^HTTP 414 and says "Request-URI Too Long"$/,
};
