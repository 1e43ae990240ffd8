import { type JournalRecord } from '../journal/record.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { maskTarget } from '../protocol/maskToken.ts';
import { formatDuration, hanging } from './layout.ts';
import { maskPii } from './maskPii.ts';
import { maskTargetPii } from './maskTargetPii.ts';
import { printable, safeJson } from './printable.ts';
import { problemLines } from './problemLines.ts';
import { clockTime, idOf, subjectOf } from './recordLine.ts';
import { lookedAt, shown } from './shown.ts';
import { type Style } from './style.ts';

/** What `serve` tells when it is ready. */
interface ReadyFacts {
  readonly version: string;
  readonly url: string;
  /** Address of the inspector; undefined when there is none. */
  readonly inspectUrl: string | undefined;
  readonly logDir: string;
  /** The login that tokens are checked for; undefined when they are not checked. */
  readonly user: string | undefined;
  /** The handler that answers, and the one of messages where it is another. */
  readonly forward: { readonly url: string; readonly messageUrl: string | undefined } | undefined;
  /** Wrong answers: their names, and what repeats the draw; a sequence is not drawn. */
  readonly faults: { readonly names: readonly string[]; readonly seed: number | undefined } | undefined;
  /** Command that sends a first lead here. */
  readonly nextCommand: string;
}

/** Turns what `serve` sees into text: whole lines, or the empty text for nothing. */
export interface ServeReporter {
  readonly ready: (facts: ReadyFacts, style: Style) => string;
  readonly received: (record: JournalRecord, style: Style) => string;
  readonly answered: (record: JournalRecord, style: Style) => string;
}

const lines = (...parts: readonly string[]): string => `${parts.join('\n')}\n`;

/** So much of a target is gone through: what is masked makes it shorter, and 64 KiB of it would hold up other callers. */
const maskedAtMost = 10 * lookedAt;

/** A target as people read it, without its token, phones and mailboxes. */
function readableTarget(target: string, { showPii }: Style): string {
  const beginning = maskTarget(target).slice(0, maskedAtMost);
  const masked = (showPii ? beginning : maskTargetPii(beginning)).slice(0, lookedAt);
  try {
    return decodeURIComponent(masked);
  } catch {
    return masked;
  }
}

function summary(record: JournalRecord, style: Style): string {
  const { action, method, target, parameters } = record;
  if (method === null) return 'not an HTTP request';
  if (action === null || method !== 'GET')
    return shown(`${method} ${readableTarget(target ?? '', style)}`, style, Math.max(20, style.lineColumns - 20));
  const { title = '', phone = '' } = parameters;
  const parts = [style.chalk.bold(subjectOf(record, style)), shown(title, style, 32), shown(phone, style, 20)];
  return parts.filter(Boolean).join('  ');
}

function status({ answer, problems, fault }: JournalRecord, { chalk }: Style): string {
  if (answer) return (answer.status === 200 ? chalk.green : chalk.red)(String(answer.status));
  const hasLeft = fault === undefined || problems.some(({ code }) => code === 'caller-gone');
  return chalk.yellow(hasLeft ? 'no answer: the caller went away' : 'no answer, on purpose');
}

/** What another one than this server made of it. */
function othersPart({ forward, fault }: JournalRecord, { chalk }: Style): string[] {
  return [
    forward ? (forward.verdict === 'accepted' ? chalk.green : chalk.red)(`handler ${forward.verdict}`) : '',
    fault === undefined ? '' : chalk.yellow(`fault ${printable(fault)}`),
  ];
}

function outcome(record: JournalRecord, style: Style): string {
  const { answer, orderId, token, durationMs } = record;
  const parts = [
    status(record, style),
    orderId === null ? '' : `order_id ${printable(excerpt(orderId, 40))}`,
    answer && token !== 'unchecked' ? `token ${token}` : '',
    ...othersPart(record, style),
    answer ? style.chalk.dim(formatDuration(durationMs)) : '',
  ];
  return parts.filter(Boolean).join('  ');
}

function head(record: JournalRecord, arrow: string): string {
  return `${clockTime(record.receivedAt)} #${record.seq} ${arrow} `;
}

function tokenText({ user, forward }: ReadyFacts): string {
  if (user !== undefined) {
    return `tokens are checked for the login "${printable(user)}"${forward ? '; the handler decides' : ''}`;
  }
  return forward
    ? 'tokens are left to the handler'
    : 'tokens are not checked (give --user and --password to check them)';
}

function forwardLines({ forward }: ReadyFacts): string[] {
  if (!forward) return [];
  const { url, messageUrl } = forward;
  const messages = messageUrl === undefined ? [] : [`           messages to ${printable(messageUrl)}`];
  return [`  Forward  ${printable(url)}`, ...messages];
}

function faultLines({ faults }: ReadyFacts): string[] {
  if (!faults) return [];
  const { names, seed } = faults;
  const draw = seed === undefined ? 'in this order, then normal answers' : `--seed ${seed} repeats this run`;
  return [hanging('  Faults   ', `${names.join(', ')} (${draw})`, 80)];
}

const human: ServeReporter = {
  ready(facts, { chalk }) {
    const { url, inspectUrl, logDir, nextCommand, version } = facts;
    return lines(
      `${chalk.bold(`roistat-hook ${version}`)} listens on ${chalk.cyan(url)}`,
      '',
      `  Journal  ${printable(logDir)}`,
      `  Token    ${tokenText(facts)}`,
      ...forwardLines(facts),
      ...faultLines(facts),
      ...(inspectUrl === undefined ? [] : [`  Inspect  ${chalk.cyan(inspectUrl)}`]),
      '',
      'Send a first lead from another terminal, in this folder:',
      '',
      `  ${chalk.cyan(nextCommand)}`,
      '',
      chalk.dim('Requests appear below. Ctrl-C stops.'),
      '',
    );
  },
  received: (record, style) => lines(head(record, '→') + summary(record, style)),
  answered(record, style) {
    const start = head(record, '←');
    const all = [...record.problems, ...(record.forward?.problems ?? [])];
    const problems = all.flatMap((problem) => problemLines(problem, style, ' '.repeat(9), false));
    return lines(start + outcome(record, style), ...problems);
  },
};

const json: ServeReporter = {
  ready({ url, inspectUrl, logDir, version, forward, faults }) {
    const others = {
      forward: forward && { url: forward.url, messageUrl: forward.messageUrl },
      faults: faults && { names: faults.names, seed: faults.seed },
    };
    return lines(safeJson({ type: 'ready', url, inspect: inspectUrl, logDir, version, ...others }));
  },
  received: () => '',
  answered(record, { showPii }) {
    const mask = (text: string | undefined): string | null =>
      text === undefined ? null : showPii ? excerpt(text, lookedAt) : maskPii(excerpt(text, lookedAt));
    const { run, seq, receivedAt, method, action, parameters, token, tokenDiagnosis, answer, orderId, durationMs } =
      record;
    const masked = (problems: JournalRecord['problems']): unknown =>
      problems.map((problem) => ({ ...problem, detail: mask(problem.detail) }));
    const { forward, fault } = record;
    const { title, phone } = parameters;
    return lines(
      safeJson({
        type: 'exchange',
        seq,
        run,
        receivedAt,
        method,
        action,
        id: idOf(record),
        title: mask(title),
        phone: mask(phone),
        token,
        tokenDiagnosis,
        status: answer?.status ?? null,
        orderId,
        durationMs,
        problems: masked(record.problems),
        // Left out where there is none.
        forward: forward && { ...forward, answer: undefined, problems: masked(forward.problems) },
        fault,
      }),
    );
  },
};

export const serveReporters = { human, json } satisfies Record<string, ServeReporter>;

/** One line for the operator about a torn line of an earlier run. */
export function tornTailNote({ file, bytes, setAsideTo }: { file: string; bytes: number; setAsideTo: string }): string {
  const text = `${printable(file)} ended in ${bytes} bytes of an unfinished line (never answered ok); they were moved to ${printable(setAsideTo)}`;
  return `${hanging('', text, 80)}\n`;
}
