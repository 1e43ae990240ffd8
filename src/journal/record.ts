import * as z from 'zod';

/** Verdict on the token of a request; `unchecked` when no credentials are configured. */
const tokenVerdictSchema = z.enum(['match', 'mismatch', 'missing', 'unchecked']);

const problemSchema = z.object({
  code: z.string().meta({ description: 'Code of the problem catalogue (docs/problems.md).' }),
  severity: z.enum(['error', 'warning', 'info']),
  path: z.string().meta({ description: 'Where: `query.phone`, `method`, or empty for the whole.' }),
  detail: z.string().meta({ description: 'What exactly was found. Untrusted text.' }),
});

const bodySchema = z.object({
  bytes: z.int().min(0).meta({ description: 'Bytes that came in, also where not all of them are kept.' }),
  encoding: z.enum(['utf8', 'base64']),
  data: z.string(),
  truncated: z.boolean(),
});

const answerSchema = z.object({
  status: z.int().min(100).max(999),
  body: z.string(),
  encoding: z
    .literal('base64')
    .optional()
    .meta({ description: 'How `body` stands here; without it, as text. For bytes of a handler that are not UTF-8.' }),
  headers: z
    .array(z.tuple([z.string(), z.string()]))
    .optional()
    .meta({ description: 'Header pairs of an answer that a handler or a fault made; credentials are masked.' }),
  truncated: z.boolean().optional().meta({ description: 'Whether only the beginning of the body is kept here.' }),
});

const forwardSchema = z.object({
  url: z.string().meta({ description: 'The handler that the request was passed on to, without credentials.' }),
  verdict: z
    .enum(['accepted', 'rejected', 'unreachable'])
    .meta({ description: 'What its answer is worth to Roistat; `unreachable` when there was none.' }),
  problems: z.array(problemSchema).meta({ description: 'What is wrong with its answer.' }),
  durationMs: z.number().min(0).meta({ description: 'From passing the request on to the last byte of the answer.' }),
  answer: answerSchema
    .optional()
    .meta({ description: 'What the handler answered, where that was not relayed: the caller had left, say.' }),
});

/**
 * One line of the journal: a request as it came in, and what was answered. The one source of its type, its validation
 * and `docs/journal.schema.json`. Everything but `v`, `run`, `seq` and `receivedAt` may hold text from the network.
 */
export const recordSchema = z.object({
  v: z.literal(1).meta({ description: 'Version of this schema.' }),
  run: z.string().meta({ description: 'Id of the server run; `run` and `seq` together name one record.' }),
  seq: z.int().min(1).meta({ description: 'Number of the request within the run, in order of arrival.' }),
  receivedAt: z.iso.datetime({ precision: 3 }).meta({ description: 'When the request was complete, UTC.' }),
  remote: z.string().meta({ description: 'Address and port of the caller.' }),
  method: z.string().nullable().meta({ description: 'Null when the request could not be read.' }),
  target: z
    .string()
    .nullable()
    .meta({ description: 'Request target byte for byte, one byte a character (latin1); the token is masked.' }),
  headers: z
    .array(z.tuple([z.string(), z.string()]))
    .meta({ description: 'Header pairs as they came, in order; credentials are masked.' }),
  body: bodySchema.nullable(),
  action: z.string().nullable().meta({ description: 'Value of the parameter `action`, known or not.' }),
  parameters: z
    .record(z.string(), z.string())
    .meta({ description: 'Decoded parameters of the query by name, as PHP fills `$_GET`; the token is masked.' }),
  token: tokenVerdictSchema,
  tokenDiagnosis: z.string().nullable().meta({ description: 'One sentence on a token that does not match.' }),
  problems: z.array(problemSchema),
  answer: answerSchema
    .nullable()
    .meta({ description: 'Null when the caller went away before an answer, or got none on purpose (`fault`).' }),
  forward: forwardSchema.optional().meta({ description: 'Only of a request that was passed on to a handler.' }),
  fault: z
    .string()
    .optional()
    .meta({ description: 'The fault that was injected on purpose, if any: `http-500`, `slow=5s`.' }),
  orderId: z.string().nullable().meta({ description: 'The order id that was answered to a lead.' }),
  durationMs: z
    .number()
    .min(0)
    .meta({ description: 'From the request line to the decision on the answer, in milliseconds, without the disk.' }),
});

export type Forward = z.infer<typeof forwardSchema>;
export type RecordedAnswer = z.infer<typeof answerSchema>;
export type JournalRecord = z.infer<typeof recordSchema>;
export type TokenVerdict = z.infer<typeof tokenVerdictSchema>;
export type RecordedBody = z.infer<typeof bodySchema>;
