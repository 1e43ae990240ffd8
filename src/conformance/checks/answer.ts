import { answerProblems } from '../../protocol/answerProblems.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { type ProblemCode } from '../../protocol/problems.ts';
import { type LeadSource } from '../../protocol/samples.ts';
import { type Check, type Finding, passed, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { answerObject, describeAnswer, saysOk } from '../describeAnswer.ts';
import { likeTheReference } from '../likeTheReference.ts';
import { type Probe } from '../probe.ts';

const isSuccess = ({ answer }: Exchange): boolean =>
  answer !== undefined && answer.status >= 200 && answer.status < 300;

/** Codes of the catalogue that begin with one of these. */
const codesOf = (...beginnings: readonly string[]): ReadonlySet<string> =>
  new Set(Object.keys(answerProblems).filter((code) => beginnings.some((beginning) => code.startsWith(beginning))));

/** Fails when the answer to the plain lead has a problem of these codes; skipped when it does not get so far. */
function aspect(
  codes: ReadonlySet<string>,
  expected: string,
  getsSoFar: (exchange: Exchange) => string | undefined,
): (probe: Probe) => Promise<Verdict> {
  return async (probe) => {
    const exchange = await probe.reference();
    const reason = exchange.answer ? getsSoFar(exchange) : 'there is no answer to look at';
    if (reason !== undefined) return skipped(reason);
    const found = exchange.problems.filter(({ code }) => codes.has(code));
    if (found.length === 0) return passed;
    const received = found.map(({ detail }) => detail).join('; ');
    return verdictOf([{ expected, received, advice: adviceOf(found.map(({ code }) => code)), exchanges: [exchange] }]);
  };
}

function adviceOf([code]: readonly ProblemCode[]): string | undefined {
  return code !== undefined && Object.hasOwn(answerProblems, code)
    ? answerProblems[code as keyof typeof answerProblems].hint
    : undefined;
}

const needsSuccess = (exchange: Exchange): string | undefined =>
  isSuccess(exchange) ? undefined : 'the plain lead is not answered with success';
const needsJson = (exchange: Exchange): string | undefined =>
  answerObject(exchange.answer) ? undefined : 'the answer to the plain lead has no JSON object';
const needsOk = (exchange: Exchange): string | undefined =>
  needsJson(exchange) ?? (saysOk(exchange) ? undefined : 'the answer to the plain lead does not say ok');
const needsNothing = (): undefined => undefined;

async function isFast(probe: Probe): Promise<Verdict> {
  const { maxLatencyMs } = probe.options;
  const exchange = await probe.sendLead('a plain lead');
  const { answer } = exchange;
  if (!answer || !saysOk(exchange)) return skipped('the lead is not taken');
  if (answer.durationMs <= maxLatencyMs) return passed;
  const received = `it took ${(answer.durationMs / 1000).toFixed(2)} s`;
  return verdictOf([{ expected: `an answer within ${maxLatencyMs / 1000} s`, received, exchanges: [exchange] }]);
}

async function takesMessage(probe: Probe): Promise<Verdict> {
  const { orderId } = await probe.reference();
  if (orderId === undefined) return skipped('the plain lead got no order_id to write a message for');
  const exchange = await probe.sendMessage('a message for the order of the plain lead', orderId);
  return likeTheReference(probe, exchange, 'HTTP 200, and {"status":"ok"} or an empty body');
}

async function saysOkToMessage(probe: Probe): Promise<Verdict> {
  const { orderId } = await probe.reference();
  if (orderId === undefined) return skipped('the plain lead got no order_id to write a message for');
  const exchange = await probe.sendMessage('a message for the order of the plain lead', orderId);
  if (exchange.verdict !== 'accepted') return skipped('the message is refused');
  if (saysOk(exchange)) return passed;
  return verdictOf([{ expected: '{"status":"ok"}', received: describeAnswer(exchange), exchanges: [exchange] }]);
}

async function givesOwnOrders(probe: Probe): Promise<Verdict> {
  const first = await probe.reference();
  const second = await probe.sendLead('another plain lead');
  if (first.orderId === undefined || second.orderId === undefined) return skipped('the leads got no order_id');
  const third = await probe.sendLead('a lead without id', { id: undefined });
  const fourth = await probe.sendLead('another lead without id', { id: undefined });
  return verdictOf([...sharedOrder(first, second), ...sharedOrder(third, fourth)]);
}

/** The finding that two different leads got one order. */
function sharedOrder(first: Exchange, second: Exchange): Finding[] {
  if (first.orderId === undefined || first.orderId !== second.orderId) return [];
  const received = `both leads got the order_id "${excerpt(first.orderId, 60)}"`;
  return [{ expected: 'two leads get two orders', received, exchanges: [first, second] }];
}

/** What checks of the answer to the plain lead have in common. */
const ofPlainLead = { sends: 'A plain lead.', leads: 0, usesReference: true, judgesReference: true } as const;

function sourceCheck(source: LeadSource, name: string, particular: string) {
  return {
    level: 'MUST',
    title: `MUST accept a lead from ${name}`,
    sends: `A lead as ${name} makes it: ${particular}.`,
    means: `Leads from ${name} are lost.`,
    mend: 'Do not require name, phone or e-mail: which of them are there depends on the source of the lead.',
    leads: 1,
    usesReference: false,
    run: async (probe) => likeTheReference(probe, await probe.sendLeadFrom(source, `a lead from ${name}`)),
  } as const satisfies Check;
}

const sources = {
  'answer-lead-hunter': sourceCheck('lead-hunter', 'Lead Hunter', 'a name and a phone, no e-mail'),
  'answer-calltracking': sourceCheck('calltracking', 'calltracking', 'a phone, neither name nor e-mail'),
  'answer-jivosite': sourceCheck('jivosite', 'JivoSite', 'a chat with name, phone and e-mail'),
  'answer-email': sourceCheck('email', 'e-mail tracking', 'a name and an e-mail, no phone'),
  'answer-form': sourceCheck('form', 'a form of the site', 'name, phone and e-mail'),
} satisfies Record<`answer-${LeadSource}`, Check>;

export const answerChecks = {
  'answer-no-redirect': {
    level: 'MUST',
    title: 'MUST answer without a redirect',
    ...ofPlainLead,
    means: answerProblems.redirect.means,
    mend: answerProblems.redirect.hint,
    run: aspect(codesOf('redirect'), 'HTTP 200 at this very address', needsNothing),
  },
  'answer-http-200': {
    level: 'MUST',
    title: 'MUST answer a lead with HTTP 200',
    ...ofPlainLead,
    means: answerProblems['http-status'].means,
    mend: answerProblems['http-status'].hint,
    run: aspect(codesOf('http-'), 'HTTP 200', ({ answer }) =>
      answer && answer.status >= 300 && answer.status < 400 ? 'it redirects: see answer-no-redirect' : undefined,
    ),
  },
  'answer-json': {
    level: 'MUST',
    title: 'MUST answer a lead with JSON and nothing else',
    ...ofPlainLead,
    means: 'The answer cannot be read, so Roistat learns neither that the lead was taken nor its order.',
    mend: 'Print json_encode([...]) alone, set display_errors=0, and exit.',
    run: aspect(codesOf('body-'), 'a JSON object alone', needsSuccess),
  },
  'answer-status-ok': {
    level: 'MUST',
    title: 'MUST answer a lead with "status":"ok", exactly',
    ...ofPlainLead,
    means: answerProblems['status-not-ok'].means,
    mend: answerProblems['status-not-ok'].hint,
    run: aspect(codesOf('status-'), '"status":"ok"', needsJson),
  },
  'answer-order-id': {
    level: 'MUST',
    title: 'MUST answer a lead with a usable order_id',
    ...ofPlainLead,
    means: answerProblems['order-id-missing'].means,
    mend: 'Answer with the id of the order that was saved, as a string or a whole number: "order_id" => $orderId.',
    run: aspect(codesOf('order-id-'), 'order_id is a string or a whole number, not empty', needsOk),
  },
  'answer-own-order': {
    level: 'MUST',
    title: 'MUST give different leads different orders',
    sends: 'Two leads with different ids and phones, and two without ids, for some variants leave the id out.',
    means: 'The revenue of many clients is booked on one lead.',
    mend: 'Look for the order of a lead by the id of the lead, where it has one: an empty id is the same as no other. Answer the id of the order just created.',
    leads: 3,
    usesReference: true,
    run: givesOwnOrders,
  },
  'answer-content-type': {
    level: 'SHOULD',
    title: 'SHOULD say with its Content-Type that the answer is JSON',
    ...ofPlainLead,
    means: answerProblems['content-type'].means,
    mend: answerProblems['content-type'].hint,
    run: aspect(codesOf('content-type'), 'Content-Type: application/json; charset=utf-8', needsJson),
  },
  'answer-latency': {
    level: 'SHOULD',
    title: 'SHOULD answer a lead quickly (--max-latency)',
    sends: 'A plain lead, and the time is taken.',
    means: answerProblems['answer-slow'].means,
    mend: answerProblems['answer-slow'].hint,
    leads: 1,
    usesReference: false,
    run: isFast,
  },
  ...sources,
  'answer-message': {
    level: 'MUST',
    title: 'MUST accept a message for an order that it created',
    sends: 'A chat with leadId = the order_id that was answered to the plain lead.',
    means: 'Chats with the client never reach the deal in the CRM.',
    mend: 'On action=message find the order by $_GET["leadId"], add $_GET["text"] as a comment, and answer {"status":"ok"}.',
    leads: 0,
    usesReference: true,
    run: takesMessage,
  },
  'answer-message-json': {
    level: 'MAY',
    title: 'MAY answer a message with {"status":"ok"}',
    sends: 'A chat for the order of the plain lead.',
    means: answerProblems['message-empty-body'].means,
    mend: answerProblems['message-empty-body'].hint,
    leads: 0,
    usesReference: true,
    run: saysOkToMessage,
  },
} as const satisfies Record<string, Check>;
