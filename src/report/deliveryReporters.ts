import { STATUS_CODES } from 'node:http';
import { type Parameter } from '../protocol/encodeQuery.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { mask } from '../protocol/maskToken.ts';
import { type Problem, problemCatalogue } from '../protocol/problems.ts';
import { curlCommand, mayShowToken, type ReproducibleRequest } from './curlCommand.ts';
import { formatBytes, formatDuration, hanging } from './layout.ts';
import { printable, printableLines, safeJson } from './printable.ts';
import { problemLines } from './problemLines.ts';
import { type Style } from './style.ts';

/** A lead or message that was sent, or only shown, and what came back. */
export interface Delivery {
  readonly action: 'lead' | 'message';
  /** `not-sent` for a dry run. */
  readonly verdict: 'accepted' | 'rejected' | 'unreachable' | 'not-sent';
  readonly orderId: string | undefined;
  readonly problems: readonly Problem[];
  readonly request: ReproducibleRequest & {
    readonly parameters: readonly Parameter[];
    /** Length of the request target as it goes over the wire. */
    readonly targetBytes: number;
  };
  readonly answer: Answer | undefined;
}

/** Turns deliveries, in the order sent, into text. A dry run prints the address alone, for it is its result. */
export interface DeliveryReporter {
  readonly report: (deliveries: readonly Delivery[], style: Style) => string;
}

const bodyShown = 2000;

function shownUrl({ url, token }: ReproducibleRequest, { showSecrets }: Style): string {
  return mayShowToken(token, showSecrets) ? url : url.replaceAll(`token=${token}`, `token=${mask}`);
}

function shownValue([name, value]: Parameter, { token }: ReproducibleRequest, { showSecrets }: Style): string {
  return name === 'token' && value === token && !mayShowToken(token, showSecrets) ? mask : value;
}

function parameterLines({ request }: Delivery, style: Style): string[] {
  const { chalk } = style;
  const width = Math.min(16, Math.max(...request.parameters.map(([name]) => name.length)));
  return request.parameters.flatMap(([name, value]) => {
    const label = `  ${printable(name).padEnd(width)}  `;
    const shown = shownValue([name, value], request, style);
    const note = name === 'token' && mayShowToken(value, false) && value !== '' ? chalk.dim('  md5(""), no login') : '';
    const [first = '', ...others] = printableLines(shown);
    const indent = ' '.repeat(label.length);
    return [`${chalk.dim(label)}${first || chalk.dim('(empty)')}${note}`, ...others.map((line) => indent + line)];
  });
}

function answerLines({ answer }: Delivery, { chalk }: Style): string[] {
  if (!answer) return [`${chalk.bold('Answer')}   none`];
  const { status, headers, body, durationMs } = answer;
  const type = headers['content-type'] ?? 'no Content-Type';
  const facts = [
    `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    printable(type),
    formatBytes(body.length),
    formatDuration(durationMs),
  ];
  const text = excerpt(Buffer.from(body).toString('utf8'), bodyShown);
  const bodyLines = text === '' ? [] : printableLines(text.trimEnd()).map((line) => `  ${line}`);
  return [`${chalk.bold('Answer')}   ${facts.join(', ')}`, ...bodyLines];
}

function verdictLines({ verdict, orderId, problems }: Delivery, style: Style): string[] {
  const { chalk } = style;
  const order = orderId === undefined ? '' : `, order_id ${printable(orderId)}`;
  const line = verdict === 'accepted' ? chalk.green(`✓ accepted${order}`) : chalk.red(`✗ ${verdict}`);
  // The sender sees the values that the sender gave, so nothing is masked here.
  const open = { ...style, showPii: true };
  return [chalk.bold(line), ...problems.flatMap((problem) => problemLines(problem, open, '  ', true))];
}

function reproductionLines({ request }: Delivery, style: Style): string[] {
  const { chalk, showSecrets } = style;
  const command = curlCommand(request, showSecrets);
  const isMasked = command.includes(mask) || !mayShowToken(request.token, showSecrets);
  const hint = isMasked ? chalk.dim('  (export ROISTAT_HOOK_TOKEN first, or give --show-secrets)') : '';
  return [`${chalk.bold('Again with curl')}${hint}`, `  ${command}`];
}

function humanReport(delivery: Delivery, style: Style): string {
  const { action, request, verdict } = delivery;
  if (verdict === 'not-sent') return `${shownUrl(request, style)}\n`;
  const size = formatBytes(request.targetBytes);
  const address = new URL(request.url);
  const to = printable(`${address.origin}${address.pathname}`);
  return [
    `${style.chalk.bold(action === 'lead' ? 'Lead' : 'Message')}   ${size} to ${to}`,
    ...parameterLines(delivery, style),
    '',
    ...answerLines(delivery, style),
    '',
    ...verdictLines(delivery, style),
    '',
    ...reproductionLines(delivery, style),
    '',
  ].join('\n');
}

function jsonReport(delivery: Delivery, style: Style) {
  const { verdict, orderId, problems, request, answer } = delivery;
  const { targetBytes, parameters } = request;
  return {
    verdict,
    orderId: orderId ?? null,
    problems: problems.map((problem) => {
      const { means, hint } = problemCatalogue[problem.code];
      return { ...problem, means, hint };
    }),
    request: {
      method: 'GET',
      url: shownUrl(request, style),
      targetBytes,
      parameters: Object.fromEntries(
        parameters.map((parameter) => [parameter[0], shownValue(parameter, request, style)]),
      ),
      curl: curlCommand(request, style.showSecrets),
    },
    response: answer
      ? {
          status: answer.status,
          headers: answer.headers,
          body: excerpt(Buffer.from(answer.body).toString('utf8'), bodyShown),
          bodyBytes: answer.body.length,
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
  report([first, ...followUps], style) {
    if (!first) return '';
    const document = jsonReport(first, style);
    const [message] = followUps;
    return `${safeJson(message ? { ...document, message: jsonReport(message, style) } : document, 2)}\n`;
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
