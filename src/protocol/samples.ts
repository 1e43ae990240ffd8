import { type LeadParameters, type MessageParameters } from './wireOrder.ts';
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

interface SourceTexts {
  /** Title and first line of the text. Titles of the first three: source document; the others: samples. */
  readonly title: (caller: Caller) => string;
  readonly firstLine: (caller: Caller) => string;
}

const digits = (phone: string): string => phone.replace(/\D/g, '');

const texts: Record<LeadSource, SourceTexts> = {
  'lead-hunter': {
    title: ({ phone }) => `Пойманный лид: ${digits(phone)}`,
    firstLine: ({ name, phone }) => `Данные формы: ${name}, ${digits(phone)}`,
  },
  calltracking: {
    title: ({ phone }) => `Звонок от ${digits(phone)}`,
    firstLine: () => 'Звонок на номер 74950000000',
  },
  jivosite: {
    title: () => 'JivoSite Lead',
    firstLine: ({ name, email }) => `Данные посетителя: ${name}, ${email}`,
  },
  email: {
    title: ({ email }) => `Письмо от ${email}`,
    firstLine: ({ name }) => `Здравствуйте! Сколько стоит доставка? ${name}`,
  },
  form: {
    title: ({ name }) => `Заявка с сайта: ${name}`,
    firstLine: ({ name, phone, email }) => `Данные формы: ${name}, ${digits(phone)}, ${email}`,
  },
};

/** A moment, as ISO 8601 has it, as the texts of leads write it: `17:22 15.04.2015`. */
function textDate(iso: string): string {
  return `${iso.slice(11, 16)} ${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}`;
}

/** A made-up caller. The phones are of the 999 000 kind that the source document uses. */
function sampleCaller(random: Random, given: Partial<Caller> = {}): Caller {
  const made = {
    name: pick(random, names),
    phone: `+7999000${String(wholeNumber(random, 0, 9999)).padStart(4, '0')}`,
    email: `${pick(random, mailboxes)}${wholeNumber(random, 1, 999)}@mail.ru`,
    page: pick(random, pages),
    visit: String(wholeNumber(random, 1000, 99_999)),
  };
  return { ...made, ...given };
}

/** Ids of made-up leads: below 2^31, for handlers keep them in 32-bit columns. */
export const sampleIds = { from: 100_000_000, to: 2_147_483_647 } as const;

/**
 * A realistic lead of the source, without credentials. `random` decides everything but the moment.
 */
export function sampleLead(
  source: LeadSource,
  random: Random,
  created: Date,
  given: Partial<Caller> = {},
): LeadParameters {
  const id = String(wholeNumber(random, sampleIds.from, sampleIds.to));
  const caller = sampleCaller(random, given);
  const { title, firstLine } = texts[source];
  const iso = created.toISOString();
  return {
    action: 'lead',
    visit: caller.visit,
    id,
    title: title(caller),
    text: [
      firstLine(caller),
      `Промокод: ${caller.visit}`,
      `Страница входа: ${caller.page}`,
      `Время: ${textDate(iso)}`,
    ].join('\n'),
    name: source === 'calltracking' ? (given.name ?? '') : caller.name,
    phone: source === 'email' ? (given.phone ?? '') : caller.phone,
    email: source === 'calltracking' || source === 'lead-hunter' ? (given.email ?? '') : caller.email,
    data: JSON.stringify({ page: caller.page }),
    created_date: iso.slice(0, 19).replace('T', ' '),
  };
}

/** When and for whom something is made up. */
export interface SampleSource {
  readonly random: Random;
  /** When the made-up event happened. */
  readonly moment: Date;
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
