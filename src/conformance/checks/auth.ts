import { shellOperand, shellQuote } from '../../protocol/shellQuote.ts';
import { emptyCredentialsToken, wrongToken } from '../../protocol/publicTokens.ts';
import { type Credentials, md5Hex } from '../../protocol/token.ts';
import { crash } from '../breakage.ts';
import { type Check, type Finding, passed, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { describeAnswer, saysOk } from '../describeAnswer.ts';
import { type Changes, type Probe } from '../probe.ts';

/** A way to sign a lead that a handler has to refuse. */
interface NearMiss {
  readonly label: string;
  readonly values: Changes;
  /** A shell command that prints the token, where it is made of the credentials. */
  readonly tokenCommand?: string;
}

const passwordVariable = '"${ROISTAT_HOOK_PASSWORD:?set it to the password first}"';

const tokenVariable = 'printf %s "$ROISTAT_HOOK_TOKEN"';

const noCredentials = 'no --user and --password are given';
const needsPassword = 'it takes --password, and a token is given';

function finding(exchange: Exchange, expected: string): Finding {
  return { expected, received: describeAnswer(exchange), exchanges: [exchange] };
}

const refusal = 'HTTP 401 and {"status":"error"}; not "ok", HTTP 5xx or a message of PHP';

/** Whether a request that has to be refused was taken, or broke the handler in a way in which the plain lead does not. */
function isNotRefused(exchange: Exchange, reference: Exchange): boolean {
  const found = crash(exchange);
  return saysOk(exchange) || (found !== undefined && found !== crash(reference));
}

/** Sends each near miss as a new lead; a handler fails that takes one, or breaks. */
async function refusesAll(probe: Probe, misses: readonly NearMiss[]): Promise<Verdict> {
  const reference = await probe.reference();
  if (!saysOk(reference)) return skipped('the right token does not get "ok" either, so nothing tells a refusal');
  const findings: Finding[] = [];
  for (const { label, values, tokenCommand } of misses) {
    const exchange = await probe.sendLead(label, values, tokenCommand);
    if (isNotRefused(exchange, reference)) findings.push(finding(exchange, refusal));
  }
  return verdictOf(findings);
}

const withToken =
  (make: (probe: Probe) => readonly NearMiss[]) =>
  async (probe: Probe): Promise<Verdict> => {
    const { credentials, signed } = probe.options;
    return credentials || signed ? refusesAll(probe, make(probe)) : skipped(noCredentials);
  };

/** Near misses that need login and password; those that happen to be the right token are left out. */
const withCredentials =
  (make: (credentials: Credentials) => readonly NearMiss[]) =>
  async (probe: Probe): Promise<Verdict> => {
    const { credentials, token, signed } = probe.options;
    if (!credentials) return skipped(signed ? needsPassword : noCredentials);
    const misses = make(credentials).filter(({ values }) => values['token'] !== token);
    return misses.length === 0 ? skipped('these credentials give the right token') : refusesAll(probe, misses);
  };

function swapped({ user, password }: Credentials): NearMiss[] {
  const tokenCommand = `roistat-hook token -- ${passwordVariable} ${shellQuote(user)}`;
  return [{ label: 'a lead with md5(password + user)', values: { token: md5Hex(password + user) }, tokenCommand }];
}

const separators = [':', '|', ' ', '_', '-', '\n'] as const;

function separated({ user, password }: Credentials): NearMiss[] {
  return separators.map((separator) => ({
    label: `a lead with md5(user + ${JSON.stringify(separator)} + password)`,
    values: { token: md5Hex(user + separator + password) },
    tokenCommand: `roistat-hook token -- ${shellQuote(user + separator)} ${passwordVariable}`,
  }));
}

function ofAnotherUser({ user, password }: Credentials): NearMiss[] {
  const other = `${user}2`;
  return [
    {
      label: "a lead of another user, with that user's token",
      values: { user: other, token: md5Hex(other + password) },
      tokenCommand: `roistat-hook token -- ${shellQuote(other)} ${passwordVariable}`,
    },
  ];
}

async function refusesMessage(probe: Probe): Promise<Verdict> {
  const { credentials, signed } = probe.options;
  if (!credentials && !signed) return skipped(noCredentials);
  const reference = await probe.reference();
  const { orderId } = reference;
  if (orderId === undefined) return skipped('the plain lead got no order_id to write a message for');
  const exchange = await probe.sendMessage('a message with a wrong token', orderId, { token: wrongToken });
  if (isNotRefused(exchange, reference)) return verdictOf([finding(exchange, refusal)]);
  const isSilent = exchange.verdict === 'accepted';
  return isSilent ? skipped('it is answered with an empty body, which says neither yes nor no') : passed;
}

const means =
  'Anybody who knows the address can put orders into the CRM, or sees what the handler prints when it breaks.';
const mend =
  "Refuse before anything else, for every action: if (!hash_equals(md5($user . $password), $_GET['token'] ?? '')) answer 401 and exit.";

/** Skipped when no credentials are given: then there is no wrong token. */
export const authChecks = {
  'auth-wrong-token': {
    level: 'MUST',
    title: 'MUST refuse a lead with a wrong token',
    sends: 'A lead with another MD5.',
    means,
    mend,
    leads: 0,
    usesReference: true,
    run: withToken(() => [{ label: 'a lead with a wrong token', values: { token: wrongToken } }]),
  },
  'auth-missing-token': {
    level: 'MUST',
    title: 'MUST refuse a lead without a token',
    sends: 'A lead without the parameter token.',
    means,
    mend,
    leads: 0,
    usesReference: true,
    run: withToken(() => [{ label: 'a lead without a token', values: { token: undefined } }]),
  },
  'auth-empty-token': {
    level: 'MUST',
    title: 'MUST refuse a lead with an empty token',
    sends: 'A lead with token= and a lead with the token of empty credentials, md5("").',
    means,
    mend: `${mend} Look whether an empty login and password in the settings of the handler switch the check off.`,
    leads: 0,
    usesReference: true,
    run: withToken(() => [
      { label: 'a lead with an empty token', values: { token: '' } },
      { label: 'a lead with the token of empty credentials', values: { token: emptyCredentialsToken } },
    ]),
  },
  'auth-other-user': {
    level: 'MUST',
    title: 'MUST refuse the token of another user',
    sends: 'A lead with another login, and the token of that login and the right password.',
    means,
    mend: "Compute the token of the login in your settings, never of $_GET['user'].",
    leads: 0,
    usesReference: true,
    run: withCredentials(ofAnotherUser),
  },
  'auth-upper-case': {
    level: 'SHOULD',
    title: 'SHOULD refuse the right digest in upper case',
    sends: 'A lead with the token in upper-case hex.',
    means: 'Roistat never sends such a token; a comparison that is not exact takes other wrong tokens, too.',
    mend: "Compare exactly: hash_equals($expected, $_GET['token'] ?? ''), without strtolower() and without ==.",
    leads: 0,
    usesReference: true,
    run: withToken(({ options: { user, token, credentials } }) => [
      {
        label: 'a lead with the right token in upper case',
        values: { token: token.toUpperCase() },
        tokenCommand: `${credentials ? `roistat-hook token ${shellOperand(user)}` : tokenVariable} | tr a-f A-F`,
      },
    ]),
  },
  'auth-swapped': {
    level: 'MUST',
    title: 'MUST refuse md5(password + user)',
    sends: 'A lead with the token of login and password in the wrong order.',
    means,
    mend: 'Accept md5($user . $password) alone: login first.',
    leads: 0,
    usesReference: true,
    run: withCredentials(swapped),
  },
  'auth-separated': {
    level: 'MUST',
    title: 'MUST refuse tokens with a separator between login and password',
    sends: `Leads with md5(user + separator + password), for ${separators.map((text) => JSON.stringify(text)).join(', ')}.`,
    means,
    mend: 'Accept md5($user . $password) alone: nothing between the two.',
    leads: 0,
    usesReference: true,
    run: withCredentials(separated),
  },
  'auth-message': {
    level: 'MUST',
    title: 'MUST refuse a message with a wrong token',
    sends: 'A chat for the order of the plain lead, with another MD5.',
    means: 'Anybody who knows the address can write into the orders of the CRM.',
    mend,
    leads: 0,
    usesReference: true,
    run: refusesMessage,
  },
} as const satisfies Record<string, Check>;
