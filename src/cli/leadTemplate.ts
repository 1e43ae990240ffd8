import { encodeComponent } from '../protocol/encodeQuery.ts';
import { parseRoistatDate } from '../protocol/roistatDate.ts';
import { type LeadParameters } from '../protocol/wireOrder.ts';
import {
  type Caller,
  leadPatterns,
  type LeadSource,
  pageData,
  type SampleMaker,
  sampleMaker,
} from '../protocol/samples.ts';
import { type Signature } from './credentials.ts';
import { type DeliveryOptions } from './deliver.ts';
import { type Environment } from './environment.ts';
import { readText } from './readText.ts';

/** Options of `send-lead` that say what is sent, and where. */
export interface LeadOptions extends DeliveryOptions {
  readonly source: LeadSource;
  readonly id?: string;
  readonly visit?: string;
  readonly title?: string;
  readonly text?: string;
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly page?: string;
  readonly data?: Array<[string, string]>;
  readonly dataJson?: string;
  readonly createdDate?: string;
  readonly managerId?: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly withMessage?: boolean;
  readonly passwordStdin?: boolean;
}

/** Drops what is undefined, so that it does not hide a sample's value. */
function given<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** A sample's data with further fields. Written field by field: an object would move names that are numbers first. */
function withFields(data: string, more: ReadonlyArray<readonly [string, string]>): string {
  const fields = new Map([...Object.entries(JSON.parse(data) as Record<string, string>), ...more]);
  return `{${Array.from(fields, ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

/** A lead of which a part is made up. */
export interface LeadTemplate {
  /** Parameters that hold for each lead, whatever is made up. */
  readonly fixed: Readonly<Record<string, string> & Signature>;
  /** The others, as patterns of LeadValues. */
  readonly patterns: LeadParameters;
  readonly values: SampleMaker;
  /** Makes up the same values, each as an address has it. */
  readonly encodedValues: SampleMaker;
}

/** A template with the values of the options in their places; titles speak of the given phone, texts of the given date. */
export async function leadTemplate(
  options: LeadOptions,
  signature: Signature,
  environment: Environment,
): Promise<LeadTemplate> {
  const { name, phone, email, page, visit, id, title, createdDate, managerId, data, dataJson, field = [] } = options;
  const caller: Partial<Caller> = given({ name, phone, email, page, visit });
  const text = options.text === undefined ? undefined : await readText(options.text, environment);
  const fixed = {
    ...signature,
    ...given({ id, title, text, data: dataJson, created_date: createdDate, manager_id: managerId }),
    ...Object.fromEntries(field),
  };
  const givenMoment = parseRoistatDate(fixed.created_date ?? '');
  const sample = { given: caller, dataOf: (landing: string) => withFields(pageData(landing), data ?? []) };
  const dated = (make: SampleMaker): SampleMaker =>
    givenMoment ? ({ random }, ownId) => make({ random, moment: givenMoment }, ownId) : make;
  return {
    fixed,
    patterns: leadPatterns(options.source, caller),
    values: dated(sampleMaker(sample)),
    encodedValues: dated(sampleMaker({ ...sample, write: encodeComponent })),
  };
}
