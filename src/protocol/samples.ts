import { type LeadParameters, type MessageParameters } from './wireOrder.ts';
import { Pattern } from './pattern.ts';
import { pick, type Random, wholeNumber } from './random.ts';

/** Where a lead can come from. Source: help pages. */
export const leadSources = ['lead-hunter', 'calltracking', 'jivosite', 'email', 'form'] as const;

export type LeadSource = (typeof leadSources)[number];

const names = ['Иван', 'Ольга', 'Пётр', 'Мария', 'Алексей', 'Наталья Ёлкина', 'Дмитрий', 'Светлана'] as const;
const mailboxes = ['ivan', 'olga', 'petr', 'maria', 'shop', 'client', 'zakaz', 'buh'] as const;
const pages = [
  landingPage('http://site.ru/'),
  landingPage('http://site.ru/catalog/?utm_source=yandex'),
  landingPage('http://site.ru/contacts/'),
] as const;

/** A page, with the `data` that a lead has for it. */
function landingPage(page: string) {
  return { page, data: `{"page":${JSON.stringify(page)}}` };
}

/** The person and the visit behind a lead; given values take the place of the made-up ones. */
export interface Caller {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly page: string;
  readonly visit: string;
}

/** All that differs from lead to lead. */
export interface LeadValues extends Caller {
  readonly id: string;
  /** Of the phone. */
  readonly digits: string;
  /** When it came in, as texts of leads write it. */
  readonly time: string;
  readonly data: string;
  readonly createdDate: string;
}

/** Patterns (see pattern.ts). Titles of the first three: source document; the others: samples. */
const texts: Record<LeadSource, { readonly title: string; readonly firstLine: string }> = {
  'lead-hunter': { title: 'Пойманный лид: {digits}', firstLine: 'Данные формы: {name}, {digits}' },
  calltracking: { title: 'Звонок от {digits}', firstLine: 'Звонок на номер 74950000000' },
  jivosite: { title: 'JivoSite Lead', firstLine: 'Данные посетителя: {name}, {email}' },
  email: { title: 'Письмо от {email}', firstLine: 'Здравствуйте! Сколько стоит доставка? {name}' },
  form: { title: 'Заявка с сайта: {name}', firstLine: 'Данные формы: {name}, {digits}, {email}' },
};

/** A moment, as ISO 8601 has it, as the texts of leads write it: `17:22 15.04.2015`. */
function textDate(iso: string): string {
  return `${iso.slice(11, 16)} ${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}`;
}

/** The second that was asked for last: a series has many leads in each, and to write a date takes long. */
let lastSecond = { second: Number.NaN, time: '', createdDate: '' };

function datesOf(moment: Date): { readonly time: string; readonly createdDate: string } {
  const second = Math.floor(moment.getTime() / 1000);
  if (second !== lastSecond.second) {
    const iso = moment.toISOString();
    lastSecond = { second, time: textDate(iso), createdDate: iso.slice(0, 19).replace('T', ' ') };
  }
  return lastSecond;
}

/** Ids of made-up leads: below 2^31, for handlers keep them in 32-bit columns. */
export const sampleIds = { from: 100_000_000, to: 2_147_483_647 } as const;

/** When and for whom something is made up. */
export interface SampleSource {
  readonly random: Random;
  /** When the made-up event happened. */
  readonly moment: Date;
}

/** Made-up phones begin with a plus: as a piece of the pattern it is encoded once for all. */
function phonePattern(source: LeadSource, { phone }: Partial<Caller>): string {
  if (phone !== undefined) return '{phone}';
  return source === 'email' ? '' : '+{digits}';
}

/** A lead of the source as patterns of LeadValues, without credentials; a source leaves out what it does not know. */
export function leadPatterns(source: LeadSource, given: Partial<Caller> = {}): LeadParameters {
  const { title, firstLine } = texts[source];
  const isCall = source === 'calltracking';
  return {
    action: 'lead',
    visit: '{visit}',
    id: '{id}',
    title,
    text: [firstLine, 'Промокод: {visit}', 'Страница входа: {page}', 'Время: {time}'].join('\n'),
    name: isCall && given.name === undefined ? '' : '{name}',
    phone: phonePattern(source, given),
    email: (isCall || source === 'lead-hunter') && given.email === undefined ? '' : '{email}',
    data: '{data}',
    created_date: '{createdDate}',
  };
}

/**
 * What is made up for one lead; a series gives its leads ids of its own. The phones are of the 999 000 kind that the
 * source document uses. Each call draws the same numbers, whatever is given: the others stay as they are.
 */
export function sampleValues({ random, moment }: SampleSource, given: Partial<Caller> = {}, id?: string): LeadValues {
  const madeId = wholeNumber(random, sampleIds.from, sampleIds.to);
  const name = pick(random, names);
  const madeDigits = `7999000${String(wholeNumber(random, 0, 9999)).padStart(4, '0')}`;
  const email = `${pick(random, mailboxes)}${wholeNumber(random, 1, 999)}@mail.ru`;
  const madePage = pick(random, pages);
  const visit = String(wholeNumber(random, 1000, 99_999));
  const { page, data } = given.page === undefined ? madePage : landingPage(given.page);
  const { phone } = given;
  const { time, createdDate } = datesOf(moment);
  // Field by field: to spread objects into this one takes longer than all else here.
  return {
    id: id ?? String(madeId),
    name: given.name ?? name,
    phone: phone ?? `+${madeDigits}`,
    digits: phone === undefined ? madeDigits : phone.replace(/\D/g, ''),
    email: given.email ?? email,
    page,
    visit: given.visit ?? visit,
    time,
    data,
    createdDate,
  };
}

/** A lead with the values in their places. */
export function leadOf(patterns: LeadParameters, values: LeadValues): LeadParameters {
  const filled = Object.entries(patterns).map(([name, text]) => [
    name,
    new Pattern<keyof LeadValues>(text).fill(values),
  ]);
  return Object.fromEntries(filled) as LeadParameters;
}

/** A realistic lead of the source, without credentials. `random` decides everything but the moment. */
export function sampleLead(
  source: LeadSource,
  random: Random,
  moment: Date,
  given: Partial<Caller> = {},
): LeadParameters {
  return leadOf(leadPatterns(source, given), sampleValues({ random, moment }, given));
}

/** A realistic chat of the client `name` that follows a lead, without credentials. */
export function sampleMessage({ random, moment }: SampleSource, leadId: string, name?: string): MessageParameters {
  const who = name || pick(random, names);
  const [first, second, third] = [0, 1, 3].map((minute) =>
    textDate(new Date(moment.getTime() + minute * 60_000).toISOString()).slice(0, 5),
  );
  return {
    action: 'message',
    leadId,
    title: 'Чат на сайте',
    text: [
      `${first} ${who}: Здравствуйте! Товар есть в наличии?`,
      `${second} Оператор: Добрый день, да. Оформить заказ?`,
      `${third} ${who}: Да, позвоните мне, пожалуйста.`,
    ].join('\n'),
  };
}
