import { findNoise } from '../../protocol/answerNoise.ts';
import { knownMistakes } from '../../protocol/diagnoseToken.ts';
import { problemCatalogue } from '../../protocol/problems.ts';
import { emptyCredentialsToken, wrongToken } from '../../protocol/publicTokens.ts';
import { type Check, passed, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { answerObject, describeAnswer, describeErrors, fingerprint, saysOk } from '../describeAnswer.ts';
import { type Probe } from '../probe.ts';
import { ReadBackError } from '../readBack.ts';

async function answers(probe: Probe): Promise<Verdict> {
  const exchange = await probe.reference();
  if (exchange.verdict !== 'unreachable') return passed;
  const expected = 'an answer over HTTP';
  return verdictOf([{ expected, received: describeAnswer(exchange), advice: hintOf(exchange), exchanges: [exchange] }]);
}

/** What the catalogue of problems advises on the first thing that is wrong. */
function hintOf({ problems: [first] }: Exchange): string | undefined {
  return first && problemCatalogue[first.code].hint;
}

/** The rule that the handler seems to compute tokens by, found by trying known mistakes until one is taken. */
async function findRule(probe: Probe): Promise<string | undefined> {
  const { credentials, token } = probe.options;
  if (!credentials) return undefined;
  // A handler that takes any other token has no rule to be found.
  if (saysOk(await probe.sendLead('a lead with a wrong token', { token: wrongToken }))) return undefined;
  const tried = new Set([token]);
  for (const { digest, sentence } of knownMistakes(credentials)) {
    if (tried.has(digest)) continue;
    tried.add(digest);
    const exchange = await probe.sendLead('a lead with another token', { token: digest });
    if (saysOk(exchange)) return sentence;
  }
  return undefined;
}

const isUnauthorized = ({ answer }: Exchange): boolean => answer?.status === 401 || answer?.status === 403;

/** Statuses that speak of the address, the method or the length. */
const otherRefusals: ReadonlySet<number> = new Set([404, 405, 410, 413, 414, 431]);

/** Whether a refusal may be on account of the token: no page, no crash, and no order was made. */
function mayBeForToken(exchange: Exchange): boolean {
  const { answer, orderId } = exchange;
  if (!answer) return false;
  if (isUnauthorized(exchange)) return true;
  const { status } = answer;
  if (status >= 500 || (status >= 300 && status < 400) || otherRefusals.has(status)) return false;
  if (saysOk(exchange) || orderId !== undefined) return false;
  return answerObject(answer) !== undefined || findNoise(answer.body) === undefined;
}

async function acceptsRightToken(probe: Probe): Promise<Verdict> {
  const reference = await probe.reference();
  if (reference.verdict === 'accepted') return passed;
  if (!mayBeForToken(reference)) return skipped('the plain lead fails for another reason than its token');
  const again = await probe.sendLead('a plain lead again');
  if (saysOk(again)) return skipped('the plain lead was refused once, and another one is taken');
  const rule = await findRule(probe);
  if (rule === undefined && !isUnauthorized(reference))
    return skipped('the plain lead is refused; whether for its token cannot be told');
  const refused = `${nameOfToken(probe)} is refused (${describeAnswer(reference)})`;
  return verdictOf([
    {
      expected: 'the token md5(user + password) is accepted',
      received: rule === undefined ? refused : `${refused}, but another one is accepted. ${rule}`,
      advice: rule === undefined ? adviceOnToken(probe) : adviceOnRule,
      exchanges: [reference],
    },
  ]);
}

const adviceOnRule =
  "Compare $_GET['token'] with md5($user . $password), or give --user and --password exactly as the handler has them, if it does so.";

function nameOfToken({ options: { credentials, token } }: Probe): string {
  if (credentials) return 'the token md5(user + password)';
  return token === emptyCredentialsToken ? 'the token of empty credentials' : 'the token that was given';
}

function adviceOnToken({ options: { credentials } }: Probe): string {
  return credentials
    ? 'Compare login and password with those that the handler is set to, letter by letter.'
    : 'Give the login and password of the integration: --user LOGIN, and the password in ROISTAT_HOOK_PASSWORD.';
}

/** The same address with no parameters of ours at all, and with an action that does not exist. */
async function tellsApart(probe: Probe): Promise<Verdict> {
  const reference = await probe.reference();
  const bare = await probe.send('a request without parameters', {});
  const unknown = await probe.sendLead('a request with action=no_such_action', { action: 'no_such_action' });
  const exchanges: Exchange[] = [reference, bare, unknown];
  if (new Set(exchanges.map(fingerprint)).size > 1) return passed;
  return verdictOf([
    {
      expected: 'a lead, an unknown action and a request without parameters get different answers',
      received: `every request is answered the same way: ${describeErrors(reference)}`,
      advice: mayBeForToken(reference) ? `It may be for the token. ${adviceOnToken(probe)}` : hintOf(reference),
      exchanges,
    },
  ]);
}

async function readsBack(probe: Probe): Promise<Verdict> {
  const { readBack } = probe.options;
  if (!readBack) return skipped('no --read-back address is given');
  const reference = await probe.reference();
  if (reference.orderId === undefined) return skipped('there is no order to read back');
  try {
    await readBack.leavesOf(reference.orderId);
    return passed;
  } catch (error) {
    if (!(error instanceof ReadBackError)) throw error;
    const expected = 'JSON with the order that was just created';
    return verdictOf([{ expected, received: error.message, exchanges: [reference] }]);
  }
}

/** Whether there is a handler to talk to at all. These come first, and what fails here ends the run. */
export const contactChecks = {
  'contact-answers': {
    level: 'MUST',
    title: 'MUST answer over HTTP',
    sends: 'A plain lead: short values in ASCII, every parameter there. It stands for all leads in further checks.',
    means: 'Roistat cannot hand over a single lead.',
    mend: 'Start the web server, and compare host, port and http or https with the address.',
    leads: 0,
    usesReference: true,
    judgesReference: true,
    stops: true,
    run: answers,
  },
  'contact-right-token': {
    level: 'MUST',
    title: 'MUST accept the token md5(user + password)',
    sends: 'The plain lead; if it is refused, the same with tokens that are computed in ways known to be wrong.',
    means: 'Every lead of Roistat is refused.',
    mend: "Compare $_GET['token'] with md5($user . $password): nothing between the two, lower-case hex, UTF-8.",
    leads: 0,
    usesReference: true,
    judgesReference: true,
    stops: true,
    run: acceptsRightToken,
  },
  'contact-tells-apart': {
    level: 'MUST',
    title: 'MUST tell requests apart',
    sends: 'The plain lead, an unknown action, and a request without any parameter.',
    means:
      'Either no handler of leads answers (but a login page, a 404, a constant), or it refuses each request before it looks at it.',
    mend: 'Look whether the address is that of the handler, and whether it reads $_GET.',
    leads: 0,
    usesReference: true,
    judgesReference: true,
    stops: true,
    run: tellsApart,
  },
  'contact-read-back': {
    level: 'MUST',
    title: 'MUST show the created order at the --read-back address',
    sends: 'A request to the --read-back address, with the order id of the plain lead.',
    means: 'Stored values cannot be compared with what was sent; the text checks look at the answers alone.',
    mend: 'Let {order_id} stand where the CRM expects it, answer JSON, and give credentials with --read-back-header.',
    leads: 0,
    usesReference: true,
    judgesReference: true,
    run: readsBack,
  },
} as const satisfies Record<string, Check>;
