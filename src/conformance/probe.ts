import { type HandlerCaller } from '../client/handlerCaller.ts';
import { inWireOrder, leadNames, type LeadParameters, messageNames } from '../protocol/wireOrder.ts';
import { type Random } from '../protocol/random.ts';
import { type LeadSource, sampleLead } from '../protocol/samples.ts';
import { type Credentials } from '../protocol/token.ts';
import { type Exchange } from './exchange.ts';
import { type ReadBack } from './readBack.ts';

export interface ProbeOptions {
  readonly caller: HandlerCaller;
  readonly webhook: URL;
  /** Where messages go; often the same address. */
  readonly messageWebhook: URL;
  /** What every request is signed with, unless a check says otherwise. */
  readonly user: string;
  readonly token: string;
  /** Whether that token was asked for; without it leads carry the token of empty credentials. */
  readonly signed: boolean;
  /** Login and password, when they are known: near misses of the token are made of them. */
  readonly credentials: Credentials | undefined;
  /** Stands in the title and the text of each lead, so that they can be found in the CRM. */
  readonly marker: string;
  /** Name of the parameter with the chat. */
  readonly textParam: 'text' | 'message';
  readonly maxLatencyMs: number;
  readonly readBack: ReadBack | undefined;
  readonly random: Random;
  readonly now: () => Date;
}

/** Values that take the place of a sample's; undefined leaves the parameter out. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** What checks send with. Remembers each exchange of the check at hand, and the reference lead for all. */
export class Probe {
  readonly options: ProbeOptions;
  #reference: Promise<Exchange> | undefined;
  #exchanges: Exchange[] = [];

  constructor(options: ProbeOptions) {
    this.options = options;
  }

  /** The exchanges since the last call of this. */
  takeExchanges(): readonly Exchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges;
  }

  /** A plain lead, sent once. What it shows to be wrong is wrong with every lead. */
  reference(): Promise<Exchange> {
    this.#reference ??= this.sendLead('a plain lead');
    return this.#reference;
  }

  /** A new lead with every parameter, signed; short ASCII, so that nothing but the given changes can be odd about it. */
  plainLead(changes: Changes = {}): Record<string, string | undefined> {
    const { user, token, marker, random, now } = this.options;
    const { id, phone, visit, created_date } = sampleLead('form', random, now());
    const lead: LeadParameters = {
      user,
      token,
      action: 'lead',
      visit: visit ?? '',
      id: id ?? '',
      title: marker,
      text: `Test\n${marker}`,
      name: 'Test',
      phone: phone ?? '',
      // One of its own, for some CRMs have one deal for each client, and know clients by their e-mail.
      email: `test${id}@site.ru`,
      data: '{"page":"http://site.ru/"}',
      created_date: created_date ?? '',
    };
    return { ...lead, ...changes };
  }

  /** Sends a plain lead with the changes. */
  async sendLead(label: string, changes: Changes = {}, tokenCommand?: string): Promise<Exchange> {
    return this.send(label, this.plainLead(changes), tokenCommand);
  }

  /** Sends a lead as the source makes it, with the marker. */
  async sendLeadFrom(source: LeadSource, label: string): Promise<Exchange> {
    const { user, token, marker, random, now } = this.options;
    const { title = '', text = '', ...sample } = sampleLead(source, random, now());
    return this.send(label, { ...sample, user, token, title: `${marker}: ${title}`, text: `${text}\n${marker}` });
  }

  /**
   * Sends values as they are, in the order of the wire. `tokenCommand` prints the token in a shell, where it is not that
   * of the credentials.
   */
  async send(
    label: string,
    values: Readonly<Record<string, string | undefined>>,
    tokenCommand = this.#tokenCommand(),
  ): Promise<Exchange> {
    const { caller, webhook } = this.options;
    const { action = '', token = '' } = values;
    const parameters = inWireOrder(leadNames, values);
    const delivery = await caller.call({ webhook, action, token, tokenCommand, parameters });
    return this.#remember({ ...delivery, label });
  }

  async sendMessage(
    label: string,
    leadId: string,
    values: Changes = {},
    tokenCommand = this.#tokenCommand(),
  ): Promise<Exchange> {
    const { caller, messageWebhook: webhook, user, token, marker, textParam } = this.options;
    const message = { action: 'message', user, token, leadId, title: marker, [textParam]: 'Test: Hello', ...values };
    const parameters = inWireOrder(messageNames, message);
    const call = { webhook, action: 'message', token: values['token'] ?? token, tokenCommand, parameters };
    return this.#remember({ ...(await caller.call(call)), label });
  }

  /** A token that was given cannot be computed again. */
  #tokenCommand(): string | undefined {
    return this.options.credentials ? undefined : '';
  }

  #remember(exchange: Exchange): Exchange {
    this.#exchanges.push(exchange);
    return exchange;
  }
}
