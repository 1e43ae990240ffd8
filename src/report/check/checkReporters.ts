import { jsonCheck } from './jsonCheck.ts';
import { junitCheck } from './junitCheck.ts';
import { markdownCheck } from './markdownCheck.ts';
import { type ShownSuite } from './shownSuite.ts';
import { tapCheck } from './tapCheck.ts';

/** Turns a finished run into a report for a file. */
type CheckReporter = (suite: ShownSuite) => string;

/** The formats of `--report-…`. */
export const checkReporters = {
  junit: junitCheck,
  tap: tapCheck,
  json: jsonCheck,
  markdown: markdownCheck,
} satisfies Record<string, CheckReporter>;

export type ReportFormat = keyof typeof checkReporters;
