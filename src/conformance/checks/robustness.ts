import { breakage } from '../breakage.ts';
import { likeTheReference } from '../likeTheReference.ts';
import { type Check, type Finding, passed, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { describeAnswer } from '../describeAnswer.ts';
import { type Probe } from '../probe.ts';
import { ReadBackError } from '../readBack.ts';

/** Findings for those of the exchanges that broke the handler in a way in which the plain lead does not. */
async function breakages(probe: Probe, exchanges: readonly Exchange[]): Promise<Verdict> {
  const known = breakage(await probe.reference());
  const findings = exchanges.flatMap((exchange): Finding[] => {
    const found = breakage(exchange);
    if (found === undefined || found === known) return [];
    const expected = 'any answer but HTTP 5xx, without a message of PHP and without HTML';
    return [{ expected, received: describeAnswer(exchange), exchanges: [exchange] }];
  });
  const breaksAlike = exchanges.some((exchange) => known !== undefined && breakage(exchange) === known);
  if (breaksAlike && findings.length === 0) return skipped('it breaks as it does on the plain lead');
  return verdictOf(findings);
}

/** Parameters that a lead may lack; those that say who calls and what for are not among them. */
const optional = ['visit', 'id', 'title', 'text', 'name', 'phone', 'email', 'data', 'created_date'] as const;

/** Those that may be empty, but for data, which has a check of its own. */
const mayBeEmpty = optional.filter((name) => name !== 'data');

interface Variation {
  readonly label: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Whether the last two got no answer: to wait for the time-out of all others would take minutes. */
const isSilent = (exchanges: readonly Exchange[]): boolean =>
  exchanges.length > 1 && exchanges.slice(-2).every(({ verdict }) => verdict === 'unreachable');

async function sendAll(probe: Probe, all: readonly Variation[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const { label, values } of all) {
    exchanges.push(await probe.sendLead(label, values));
    if (isSilent(exchanges)) break;
  }
  return exchanges;
}

/** Leads that may be refused, but may not break the handler. */
const variations =
  (all: readonly Variation[]) =>
  async (probe: Probe): Promise<Verdict> =>
    breakages(probe, await sendAll(probe, all));

/** Leads that Roistat does send: they have to be accepted, too. */
const acceptedVariations =
  (all: readonly Variation[]) =>
  async (probe: Probe): Promise<Verdict> => {
    const exchanges = await sendAll(probe, all);
    const verdict = await breakages(probe, exchanges);
    if (verdict.outcome !== 'passed') return verdict;
    const verdicts = await Promise.all(exchanges.map((exchange) => likeTheReference(probe, exchange)));
    return verdicts.find(({ outcome }) => outcome === 'failed') ?? verdicts[0] ?? passed;
  };

/** Objects in objects, so deep that a recursive walk or a small depth limit of json_decode shows. */
const nestingDepth = 100;
const nested = `{"page":"http://site.ru/","a":${'{"a":'.repeat(nestingDepth)}1${'}'.repeat(nestingDepth)}}`;

/** Some 3 KB of JSON, so that the request line stays below the 8 KiB that web servers take by default. */
const large = JSON.stringify({
  page: 'http://site.ru/',
  ...Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field_${index}`, `value ${index}`])),
});

const marker = 'seo_yandex';

/** Looks whether the marker is stored, in a CRM that stores the visit of the plain lead. */
async function storesMarker(probe: Probe, { orderId }: Exchange): Promise<boolean> {
  const { readBack } = probe.options;
  const reference = await probe.reference();
  if (!readBack || orderId === undefined || reference.orderId === undefined) return true;
  const [, visit] = reference.request.parameters.find(([name]) => name === 'visit') ?? [];
  try {
    const ofReference = await readBack.leavesOf(reference.orderId);
    if (!ofReference.some((leaf) => leaf === visit)) return true;
    return (await readBack.leavesOf(orderId)).some((leaf) => leaf.includes(marker));
  } catch (error) {
    // The check contact-read-back tells that.
    if (error instanceof ReadBackError) return true;
    throw error;
  }
}

async function takesMarker(probe: Probe): Promise<Verdict> {
  const exchange = await probe.sendLead(`a lead with visit=${marker}`, { visit: marker });
  const broken = await breakages(probe, [exchange]);
  if (broken.outcome !== 'passed') return broken;
  const verdict = await likeTheReference(probe, exchange);
  if (verdict.outcome !== 'passed' || (await storesMarker(probe, exchange))) return verdict;
  const expected = `the stored visit is "${marker}", as that of the plain lead is stored`;
  return verdictOf([{ expected, received: 'it stands nowhere in the stored order', exchanges: [exchange] }]);
}

async function takesUnknownOrder(probe: Probe): Promise<Verdict> {
  return breakages(probe, [await probe.sendMessage('a message with leadId=no-such-order-0', 'no-such-order-0')]);
}

const means = 'The handler breaks on a request that Roistat may send, and the lead is lost.';
const showsInside = 'The handler breaks, and an error page may show paths, queries and settings to strangers.';
const decode = "$data = json_decode($_GET['data'] ?? '', true); if (!is_array($data)) $data = [];";

function dataCheck(particular: string, all: readonly Variation[]) {
  return {
    level: 'SHOULD',
    title: `SHOULD not break when data is ${particular}`,
    sends: `A lead with ${all.map(({ label }) => label.replace('a lead with ', '')).join('; a lead with ')}.`,
    means: `${means} \`data\` holds what the site's own scripts put there.`,
    mend: `Take what json_decode() gives only when it is an array, and walk no deeper than you need: ${decode}`,
    leads: all.length,
    usesReference: true,
    run: variations(all),
  } as const satisfies Check;
}

const ofType = (data: string): Variation => ({
  label: `a lead with ${data === '' ? 'empty data' : `data=${data}`}`,
  values: { data },
});

/** Odd requests: the answer to most of them may be a refusal, but not a broken page. */
export const robustnessChecks = {
  'robust-missing-parameters': {
    level: 'MUST',
    title: 'MUST not break when an optional parameter is missing',
    sends: `Leads that lack one parameter each: ${optional.join(', ')}.`,
    means,
    mend: "Read every parameter with a default: $phone = $_GET['phone'] ?? '';",
    leads: optional.length,
    usesReference: true,
    run: variations(optional.map((name) => ({ label: `a lead without ${name}`, values: { [name]: undefined } }))),
  },
  'robust-empty-parameters': {
    level: 'MUST',
    title: 'MUST not break when an optional parameter is empty',
    sends: `Leads with one empty parameter each: ${mayBeEmpty.join(', ')}.`,
    means,
    mend: "Compare with '' before a value is taken apart, converted or looked up.",
    leads: mayBeEmpty.length,
    usesReference: true,
    run: variations(mayBeEmpty.map((name) => ({ label: `a lead with an empty ${name}`, values: { [name]: '' } }))),
  },
  'robust-data-empty': {
    ...dataCheck('empty', [ofType(''), ofType('{}')]),
    level: 'MUST',
    title: 'MUST accept a lead whose data is empty',
    run: acceptedVariations([ofType(''), ofType('{}')]),
    mend: `json_decode('') is null, and a loop over null is worth a warning: ${decode}`,
  },
  'robust-data-not-json': dataCheck('not JSON', [ofType('page=http://site.ru/'), ofType('{"page":')]),
  'robust-data-other-type': dataCheck('JSON of another type', [ofType('"text"'), ofType('[1,2]'), ofType('null')]),
  'robust-data-nested': {
    ...dataCheck('nested', [
      {
        label: 'a lead with lists and objects inside of data',
        values: { data: '{"page":"http://site.ru/","form":{"name":"x","rooms":[1,2]}}' },
      },
      { label: `a lead with data of ${nestingDepth} nested objects`, values: { data: nested } },
    ]),
    mend: 'Take a field of data for text only when is_scalar() says so, leave the depth of json_decode() at 512, and walk no deeper than you need.',
  },
  'robust-data-large': {
    ...dataCheck('large', [{ label: 'a lead with data of 100 fields', values: { data: large } }]),
    mend: 'Give the column of data room (TEXT, MEDIUMTEXT or JSON), and read the fields that you know by name.',
  },
  'robust-visit-not-number': {
    level: 'MUST',
    title: 'MUST accept a lead whose visit is not a number',
    sends: 'A lead with the marker seo_yandex as its visit; with --read-back it has to be stored.',
    means: `${means} Markers stand in place of a visit number.`,
    mend: 'Keep visit as text (VARCHAR), and do not convert it with (int).',
    leads: 1,
    usesReference: true,
    run: takesMarker,
  },
  'robust-unknown-parameters': {
    level: 'MUST',
    title: 'MUST ignore parameters that it does not know',
    sends: 'A lead with manager_id, roistat, utm_source and a parameter with a Russian name.',
    means: `${means} Roistat adds parameters: the "own CRM" variant has a manager_id.`,
    mend: 'Read the parameters that you know by name; do not loop over $_GET into a query or an object.',
    leads: 1,
    usesReference: true,
    run: acceptedVariations([
      {
        label: 'a lead with further parameters',
        values: { manager_id: '8083396', roistat: '12852', utm_source: 'yandex', город: 'Тверь' },
      },
    ]),
  },
  'robust-unknown-action': {
    level: 'SHOULD',
    title: 'SHOULD not break on an unknown action',
    sends: 'A request with action=no_such_action.',
    means: showsInside,
    mend: 'Answer an action that you do not know with HTTP 400 and {"status":"error","message":"unknown action"}.',
    leads: 0,
    usesReference: true,
    run: variations([{ label: 'a request with action=no_such_action', values: { action: 'no_such_action' } }]),
  },
  'robust-missing-action': {
    level: 'SHOULD',
    title: 'SHOULD not break without an action',
    sends: 'A request that has everything but the action.',
    means: showsInside,
    mend: "Read it with a default, $action = $_GET['action'] ?? '', and answer HTTP 400 when it is empty.",
    leads: 0,
    usesReference: true,
    run: variations([{ label: 'a request without an action', values: { action: undefined } }]),
  },
  'robust-unknown-order': {
    level: 'SHOULD',
    title: 'SHOULD not break on a message for an order that does not exist',
    sends: 'A chat with a leadId that no order has.',
    means: 'The handler breaks when an order was deleted in the CRM, and chats are lost without a trace.',
    mend: 'Check that the order was found, and answer {"status":"error","message":"no such order"} when it was not.',
    leads: 0,
    usesReference: true,
    run: takesUnknownOrder,
  },
} as const satisfies Record<string, Check>;
