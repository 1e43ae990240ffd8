import { type LeadParameters, type MessageParameters } from './wireOrder.ts';
import { Pattern } from './pattern.ts';
import { pick, type Random, wholeNumber } from './random.ts';

/** Where a lead can come from. Source: help pages. */
export const leadSources = ['lead-hunter', 'calltracking', 'jivosite', 'email', 'form'] as const;

export type LeadSource = (typeof leadSources)[number];

const names = ['Иван', 'Ольга', 'Пётр', 'Мария', 'Алексей', 'Наталья Ёлкина', 'Дмитрий', 'Светлана'] as const;
const mailboxes = ['ivan', 'olga', 'petr', 'maria', 'shop', 'client', 'zakaz', 'buh'] as const;
const pages = ['http://site.ru/', 'http://site.ru/catalog/?utm_source=yandex', 'http://site.ru/contacts/'] as const;

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

/** Ids of made-up leads: below 2^31, for handlers keep them in 32-bit columns. */
export const sampleIds = { from: 100_000_000, to: 2_147_483_647 } as const;

/** When and for whom something is made up. */
export interface SampleSource {
  readonly random: Random;
  /** When the made-up event happened. */
  readonly moment: Date;
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
    phone: source === 'email' && given.phone === undefined ? '' : '{phone}',
    email: (isCall || source === 'lead-hunter') && given.email === undefined ? '' : '{email}',
    data: '{data}',
    created_date: '{createdDate}',
  };
}

/** The `data` of a lead that came in on this page. */
export const pageData = (page: string): string => `{"page":${JSON.stringify(page)}}`;

type Write = (text: string) => string;

interface SampleOptions {
  readonly given?: Partial<Caller>;
  readonly dataOf?: (page: string) => string;
  /** Writes each value, such as for an address; letter by letter, for parts of a value are written on their own. */
  readonly write?: Write;
}

/** Makes up the values of one lead; the id only where none is given: a series gives its leads ids of their own. */
export type SampleMaker = (source: SampleSource, id?: string) => LeadValues;

/** The dates of a lead; written once a second, for a series has many leads in each. */
function dateWriter(write: Write) {
  let last = { second: Number.NaN, time: '', createdDate: '' };
  return (moment: Date) => {
    const second = Math.floor(moment.getTime() / 1000);
    if (second !== last.second) {
      const iso = moment.toISOString();
      last = { second, time: write(textDate(iso)), createdDate: write(iso.slice(0, 19).replace('T', ' ')) };
    }
    return last;
  };
}

/** All that a value can be, each written once. */
const choices = <Item>(
  given: string | undefined,
  made: readonly [string, ...string[]],
  write: (text: string) => Item,
) => {
  const [first, ...others] = given === undefined ? made : [given];
  return [write(first), ...others.map(write)] as const;
};

/**
 * Makes up values. The phones are of the 999 000 kind that the source document uses. Each call draws the same numbers,
 * whatever is given: the others stay as they are.
 */
export function sampleMaker({ given = {}, dataOf = pageData, write = (text) => text }: SampleOptions): SampleMaker {
  const ownNames = choices(given.name, names, write);
  const ownPages = choices(given.page, pages, (page) => ({ page: write(page), data: write(dataOf(page)) }));
  const [plus, mailHost] = [write('+'), write('@mail.ru')];
  const [phone, email, visit] = [given.phone, given.email, given.visit].map((value) => value && write(value));
  const digits = given.phone?.replace(/\D/g, '');
  const datesOf = dateWriter(write);
  return ({ random, moment }, id) => {
    const madeId = wholeNumber(random, sampleIds.from, sampleIds.to);
    const name = pick(random, ownNames);
    const madeDigits = `7999000${String(wholeNumber(random, 0, 9999)).padStart(4, '0')}`;
    const madeEmail = `${pick(random, mailboxes)}${wholeNumber(random, 1, 999)}${mailHost}`;
    const { page, data } = pick(random, ownPages);
    const madeVisit = String(wholeNumber(random, 1000, 99_999));
    const { time, createdDate } = datesOf(moment);
    // Field by field: to spread objects into this one takes longer than all else here.
    return {
      id: id ?? String(madeId),
      name,
      phone: phone ?? plus + madeDigits,
      digits: digits ?? madeDigits,
      email: email ?? madeEmail,
      page,
      visit: visit ?? madeVisit,
      time,
      data,
      createdDate,
    };
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
  return leadOf(leadPatterns(source, given), sampleMaker({ given })({ random, moment }));
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
