import * as z from 'zod';
import { type Problem, type ProblemCode, problem } from './problems.ts';
import { excerpt } from './excerpt.ts';
import { isJsonObject } from './isJsonObject.ts';
import { parseRoistatDate } from './roistatDate.ts';
import { type LeadParameters, type MessageParameters } from './wireOrder.ts';

/** In these schemas every error message is a code of the problem catalogue. */
const code = (problemCode: ProblemCode): { error: ProblemCode } => ({ error: problemCode });

function parsesAsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const user = z.string().optional().meta({ description: 'Login from the settings; may be empty.', example: 'demouser' });
const token = z
  .string()
  .optional()
  .meta({ description: 'md5(login + password), lower-case hex.', example: '6512bd43d9caa6e02c990b0a82652dca' });

/** `action=lead`, its parameters in the order of the wire. */
export const leadSchema = z.looseObject({
  user,
  token,
  action: z.literal('lead').meta({ description: 'Always `lead`.', example: 'lead' }),
  visit: z
    .string()
    .optional()
    .meta({ description: 'Visit number (cookie `roistat_visit`), or a marker; may be empty.', example: '12852' }),
  id: z
    .string(code('id-missing'))
    .min(1, code('id-missing'))
    .meta({ description: 'Id of the lead in Roistat; some variants leave it out.', example: '90' }),
  title: z
    .string()
    .optional()
    .meta({ description: 'Heading; depends on the source of the lead.', example: 'Звонок от 79990001122' }),
  text: z
    .string()
    .optional()
    .meta({ description: 'Free text of several lines, usually the comment of the deal.', example: 'Промокод: 1674' }),
  name: z.string().optional().meta({ description: 'Name of the client; may be empty.', example: 'Иван' }),
  phone: z
    .string()
    .regex(/^(?! )/, code('phone-plus-lost'))
    .optional()
    .meta({ description: 'Phone of the caller or of the form.', example: '+79990001122' }),
  email: z.string().optional().meta({ description: 'E-mail of the client; may be empty.', example: 'email@mail.ru' }),
  data: z
    .string()
    .refine((text) => text === '' || parsesAsJson(text), { ...code('data-not-json'), abort: true })
    .refine((text) => text === '' || isJsonObject(text), code('data-not-object'))
    .optional()
    .meta({
      description: 'JSON object in a string; `page` is the landing page; custom fields are added; may be empty.',
      example: '{"page":"http://site.ru/"}',
    }),
  created_date: z
    .string()
    .refine((text) => text === '' || parseRoistatDate(text) !== undefined, code('created-date-format'))
    .optional()
    .meta({ description: 'UTC, `YYYY-MM-DD HH:MM:SS`.', example: '2015-06-28 09:12:54' }),
  manager_id: z
    .string()
    .optional()
    .meta({ description: 'Manager in the CRM; only in the "own CRM" variant.', example: '8083396' }),
} satisfies Record<keyof LeadParameters, z.ZodType>);

/** `action=message`, the same. */
export const messageSchema = z.looseObject({
  user,
  token,
  action: z.literal('message').meta({ description: 'Always `message`.', example: 'message' }),
  leadId: z
    .string(code('lead-id-missing'))
    .min(1, code('lead-id-missing'))
    .meta({ description: 'Id of the deal in the CRM: the `order_id` that it answered to the lead.', example: '155' }),
  title: z.string().optional().meta({ description: 'Heading of the message.', example: 'Чат на сайте' }),
  text: z.string().optional().meta({ description: 'The chat, line by line.', example: 'Иван: Здравствуйте' }),
  message: z
    .string()
    .optional()
    .meta({ description: 'The chat, as the "own CRM" variant names it; read instead of `text`.', example: '' }),
} satisfies Record<keyof MessageParameters, z.ZodType>);

/** What is odd about the values of a lead or message: one problem a finding, none when all is well. */
export function findProblems(
  schema: typeof leadSchema | typeof messageSchema,
  parameters: Readonly<Record<string, string>>,
): Problem[] {
  const result = schema.safeParse(parameters);
  if (result.success) return [];
  return result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const value = parameters[name];
    const detail = value === undefined ? `${name} is not there` : `${name} is "${excerpt(value, 60)}"`;
    return problem(issue.message as ProblemCode, `query.${name}`, detail);
  });
}
