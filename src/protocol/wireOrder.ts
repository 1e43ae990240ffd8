import { type Parameter } from './encodeQuery.ts';

// Apart from the schemas in fields.ts, for who only sends a lead needs no zod, which loads as long as all else of it.

/** Parameters of `action=lead` in the order of the wire. Source: the source document; `manager_id`: help pages. */
export const leadNames = [
  'user',
  'token',
  'action',
  'visit',
  'id',
  'title',
  'text',
  'name',
  'phone',
  'email',
  'data',
  'created_date',
  'manager_id',
] as const;

/** Those of `action=message`. Source: the source document; `message` as another name of `text`: seen in handlers. */
export const messageNames = ['user', 'token', 'action', 'leadId', 'title', 'text', 'message'] as const;

/** Values to send, by parameter name; a parameter that is left out is not sent at all. */
export type LeadParameters = Partial<Record<(typeof leadNames)[number], string>>;
export type MessageParameters = Partial<Record<(typeof messageNames)[number], string>>;

/** Parameters in the order of the wire, those that are set, and then any others in the order given. */
export function inWireOrder(
  known: readonly string[],
  values: Readonly<Record<string, string | undefined>>,
): Parameter[] {
  const names = [...known, ...Object.keys(values).filter((name) => !known.includes(name))];
  return names.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}
