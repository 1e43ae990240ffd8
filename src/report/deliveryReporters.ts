import { STATUS_CODES } from 'node:http';
import { type Delivery } from '../client/delivery.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { problemCatalogue } from '../protocol/problems.ts';
import { emptyCredentialsToken } from '../protocol/publicTokens.ts';
import { shellOperand } from '../protocol/shellQuote.ts';
import { formatBytes, formatDuration, hanging } from './layout.ts';
import { printable, printableLines, safeJson } from './printable.ts';
import { problemLines } from './problemLines.ts';
import { shownCurl, type ShownDelivery, shownDelivery } from './shownDelivery.ts';
import { type Style } from './style.ts';

/** Turns deliveries, in the order sent, into text. A dry run prints the address alone, for it is its result. */
export interface DeliveryReporter {
  readonly report: (deliveries: readonly Delivery[], style: Style) => string;
}

/** Characters of a body and of its type that are shown, and lines of a body or a value. */
const bodyShown = 2000;
const typeShown = 100;
const linesShown = 15;

/** The lines of an untrusted text, at most `linesShown` of them. */
function shownLines(text: string): string[] {
  const lines = printableLines(text);
  const more = lines.length - linesShown;
  return more > 0 ? [...lines.slice(0, linesShown), `… ${more} more lines`] : lines;
}

function parameterLines({ parameters }: ShownDelivery, { chalk }: Style): string[] {
  const width = Math.min(16, Math.max(...parameters.map(([name]) => name.length)));
  return parameters.flatMap(([name, value]) => {
    const label = `  ${printable(name).padEnd(width)}  `;
    const note = name === 'token' && value === emptyCredentialsToken ? chalk.dim('  md5(""), no login') : '';
    const [first = '', ...others] = shownLines(excerpt(value, bodyShown));
    const indent = ' '.repeat(label.length);
    return [`${chalk.dim(label)}${first || chalk.dim('(empty)')}${note}`, ...others.map((line) => indent + line)];
  });
}

function answerLines({ answer }: ShownDelivery, { chalk }: Style): string[] {
  if (!answer) return [`${chalk.bold('Answer')}   none`];
  const { status, headers, bodyText, bodyBytes, durationMs } = answer;
  const type = headers['content-type'] ?? 'no Content-Type';
  const facts = [
    `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    printable(excerpt(type, typeShown)),
    formatBytes(bodyBytes),
    formatDuration(durationMs),
  ];
  const text = excerpt(bodyText, bodyShown);
  const bodyLines = text === '' ? [`  ${chalk.dim('(empty)')}`] : shownLines(text.trim()).map((line) => `  ${line}`);
  return [`${chalk.bold('Answer')}   ${facts.join(', ')}`, ...bodyLines];
}

function verdictLines({ verdict, orderId, problems }: ShownDelivery, style: Style): string[] {
  const { chalk } = style;
  const order = orderId === undefined ? '' : `, order_id ${printable(orderId)}`;
  const line = verdict === 'accepted' ? chalk.green(`✓ accepted${order}`) : chalk.red(`✗ ${verdict}`);
  // The sender sees the values that the sender gave, so nothing is masked here.
  const open = { ...style, showPii: true };
  return [chalk.bold(line), ...problems.flatMap((problem) => problemLines(problem, open, '  ', true))];
}

/** What to do before the curl command works: it holds no secret that was not to be shown. */
function curlNote({ lacks, user }: ReturnType<typeof shownCurl>): string {
  if (lacks === 'token') {
    return `first: export ROISTAT_HOOK_TOKEN=$(roistat-hook token ${shellOperand(user)})`;
  }
  return lacks === undefined ? '' : 'masked: give --show-secrets for a command that works';
}

function reproductionLines(delivery: Delivery, { chalk, showSecrets }: Style): string[] {
  const curl = shownCurl(delivery, showSecrets);
  const note = curlNote(curl);
  return [`${chalk.bold('As curl')}${note === '' ? '' : chalk.dim(`  (${note})`)}`, chalk.dim(`  ${curl.command}`)];
}

function humanReport(delivery: Delivery, style: Style): string {
  const shown = shownDelivery(delivery, style.showSecrets);
  const { action, verdict, url, targetBytes } = shown;
  if (verdict === 'not-sent') return `${url}\n`;
  const { origin, pathname } = new URL(url);
  return [
    `${style.chalk.bold(action === 'lead' ? 'Lead' : 'Message')}   ${formatBytes(targetBytes)} to ${printable(origin + pathname)}`,
    ...parameterLines(shown, style),
    '',
    // Before the verdict, for it is long, and the verdict is what people look for at the end of the screen.
    ...reproductionLines(delivery, style),
    '',
    ...answerLines(shown, style),
    '',
    ...verdictLines(shown, style),
    '',
  ].join('\n');
}

function jsonReport(delivery: Delivery, showSecrets: boolean) {
  const { verdict, orderId, problems, method, url, targetBytes, parameters, answer } = shownDelivery(
    delivery,
    showSecrets,
  );
  const { command: curl } = shownCurl(delivery, showSecrets);
  return {
    verdict,
    orderId: orderId ?? null,
    problems: problems.map((problem) => {
      const { means, hint } = problemCatalogue[problem.code];
      return { ...problem, means, hint };
    }),
    request: { method, url, targetBytes, parameters: Object.fromEntries(parameters), curl },
    response: answer
      ? {
          status: answer.status,
          headers: answer.headers,
          body: excerpt(answer.bodyText, bodyShown),
          bodyBytes: answer.bodyBytes,
          durationMs: Math.round(answer.durationMs * 1000) / 1000,
        }
      : null,
  };
}

const human: DeliveryReporter = {
  report: (deliveries, style) => deliveries.map((delivery) => humanReport(delivery, style)).join('\n'),
};

/** One document; a message that followed a lead stands in it under `message`. */
const json: DeliveryReporter = {
  report(deliveries, { showSecrets }) {
    const [lead, message] = deliveries.map((delivery) => jsonReport(delivery, showSecrets));
    return `${safeJson(message ? { ...lead, message } : lead, 2)}\n`;
  },
};

export const deliveryReporters = { human, json } satisfies Record<string, DeliveryReporter>;

/** A note for the operator that a request is long. */
export function longTargetNote(targetBytes: number, style: Style): string {
  return hanging(
    '! ',
    `The request target has ${formatBytes(targetBytes)}. ${problemCatalogue['target-over-8k'].means}`,
    style.columns,
  );
}
