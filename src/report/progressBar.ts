import { type Style } from './style.ts';

const barWidth = 20;

/** One line, narrower than the terminal: a bar, unless the share of 1 that is done is not known, and facts. */
export function progressBar(share: number | undefined, facts: readonly string[], { columns, chalk }: Style): string {
  const filled = Math.floor(Math.min(1, share ?? 0) * barWidth);
  const bar = share === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `;
  return chalk.dim(`${bar}${facts.filter(Boolean).join('  ')}`.slice(0, Math.max(10, columns - 1)));
}
