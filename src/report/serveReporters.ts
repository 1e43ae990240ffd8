import { type JournalRecord } from '../journal/record.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { maskTarget } from '../protocol/maskToken.ts';
import { formatDuration, hanging } from './layout.ts';
import { maskPii } from './maskPii.ts';
import { printable, safeJson } from './printable.ts';
import { problemLines } from './problemLines.ts';
import { clockTime, idOf, subjectOf } from './recordLine.ts';
import { lookedAt, shown } from './shown.ts';
import { type Style } from './style.ts';

/** What `serve` tells when it is ready. */
interface ReadyFacts {
  readonly version: string;
  readonly url: string;
  readonly logDir: string;
  /** The login that tokens are checked for; undefined when they are not checked. */
  readonly user: string | undefined;
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

/** A target as people read it, without its token, and decoded so that phones and addresses in it are found. */
function readableTarget(target: string): string {
  const masked = maskTarget(target).slice(0, lookedAt);
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
    return shown(`${method} ${readableTarget(target ?? '')}`, style, style.columns - 20);
  const { title = '', phone = '' } = parameters;
  const parts = [style.chalk.bold(subjectOf(record, style)), shown(title, style, 32), shown(phone, style, 20)];
  return parts.filter(Boolean).join('  ');
}

function outcome({ answer, orderId, token, durationMs }: JournalRecord, style: Style): string {
  const { chalk } = style;
  if (!answer) return chalk.yellow('no answer: the caller went away');
  const colour = answer.status === 200 ? chalk.green : chalk.red;
  const order = orderId === null ? '' : `order_id ${orderId}`;
  const verdict = token === 'unchecked' ? '' : `token ${token}`;
  return [colour(String(answer.status)), order, verdict, chalk.dim(formatDuration(durationMs))]
    .filter(Boolean)
    .join('  ');
}

function head(record: JournalRecord, arrow: string): string {
  return `${clockTime(record.receivedAt)} #${record.seq} ${arrow} `;
}

const human: ServeReporter = {
  ready({ url, logDir, user, nextCommand, version }, { chalk }) {
    const checked =
      user === undefined
        ? 'tokens are not checked (give --user and --password to check them)'
        : `tokens are checked for the login "${printable(user)}"`;
    return lines(
      `${chalk.bold(`roistat-hook ${version}`)} listens on ${chalk.cyan(url)}`,
      '',
      `  Journal  ${printable(logDir)}`,
      `  Token    ${checked}`,
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
    const problems = record.problems.flatMap((problem) => problemLines(problem, style, ' '.repeat(9), false));
    return lines(start + outcome(record, style), ...problems);
  },
};

const json: ServeReporter = {
  ready({ url, logDir, version }) {
    return lines(safeJson({ type: 'ready', url, logDir, version }));
  },
  received: () => '',
  answered(record, { showPii }) {
    const mask = (text: string | undefined): string | null =>
      text === undefined ? null : showPii ? excerpt(text, lookedAt) : maskPii(excerpt(text, lookedAt));
    const { run, seq, receivedAt, method, action, parameters, token, tokenDiagnosis, answer, orderId, durationMs } =
      record;
    const problems = record.problems.map((problem) => ({ ...problem, detail: mask(problem.detail) }));
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
        problems,
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
