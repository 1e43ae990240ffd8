import { hanging } from './layout.ts';
import { safeJson } from './printable.ts';
import { type Style } from './style.ts';

/** A token that was computed, or the verdict on one that was given. */
export type TokenResult =
  | { readonly kind: 'computed'; readonly token: string }
  | { readonly kind: 'verified'; readonly diagnosis: string | undefined };

export interface TokenReporter {
  readonly report: (result: TokenResult, style: Style) => string;
}

const human: TokenReporter = {
  report(result, { chalk, columns }) {
    if (result.kind === 'computed') return `${result.token}\n`;
    if (result.diagnosis === undefined) return `${chalk.green('✓ match')}\n`;
    return `${chalk.red('✗ mismatch')}\n${hanging('  ', result.diagnosis, columns)}\n`;
  },
};

const json: TokenReporter = {
  report(result) {
    if (result.kind === 'computed') return `${safeJson({ token: result.token })}\n`;
    const { diagnosis = null } = result;
    return `${safeJson({ verdict: diagnosis === null ? 'match' : 'mismatch', diagnosis })}\n`;
  },
};

export const tokenReporters = { human, json } satisfies Record<string, TokenReporter>;
