import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../src/protocol/shellQuote.ts';
import { hasBash, hasZsh } from '../helpers/needs.ts';

const run = promisify(execFile);

/** A command that prints its words, each with a NUL behind it. */
const printWords = (words: readonly string[]): string => `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;

const asPrinted = (words: readonly string[]): string => words.map((word) => `${word.toWellFormed()}\0`).join('');

/** What a shell makes of words, in a locale where it knows no letters but those of ASCII, unless told otherwise. */
async function wordsIn(shell: string, words: readonly string[], locale = 'C'): Promise<string> {
  const flags = shell === 'bash' ? ['--noprofile', '--norc'] : [];
  const { PATH = '' } = process.env;
  return (await run(shell, [...flags, '-c', printWords(words)], { env: { PATH, LC_ALL: locale } })).stdout;
}

const hostile = [
  'two\nlines\n',
  'two\r\nlines',
  '\n',
  "it's",
  '"quoted" \\n \\',
  '$(date) `date` ${HOME} $HOME',
  'wow! !! !date !-1',
  "it's wow!\t!!",
  '-',
  '--text',
  '-x y',
  '=ls',
  '~',
  '*',
  '{a,b}',
  '#',
  '',
  ' ',
  'a\tb',
  '\u202egnp.exe',
  'Иван\u200e 🙂',
  '\u001b[201~rm -rf',
  'half \ud83d',
  '\u00851',
  '\u00ad',
];

const parts = fc.constantFrom(...hostile, "'", '\\', '!', '7', 'я', '\u2028', '\u007f', '\u009b31m', '\ufeff');
const word = fc.oneof(
  fc.array(parts).map((chosen) => chosen.join('')),
  fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\0', '')),
);

describe('a quoted word', () => {
  it('holds nothing that acts on a terminal, but line feeds', () => {
    fc.assert(
      fc.property(word, (any) => {
        expect(shellQuote(any).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u202e\ufeff]/u);
      }),
    );
  });

  it.runIf(hasBash)('is the same word in bash, in each locale (needs bash)', async () => {
    for (const locale of ['C', 'C.UTF-8']) expect(await wordsIn('bash', hostile, locale)).toBe(asPrinted(hostile));
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1 }), async (words) => {
        expect(await wordsIn('bash', words)).toBe(asPrinted(words));
      }),
      { numRuns: 50 },
    );
  });

  it.runIf(hasZsh)('is the same word in zsh (needs zsh)', async () => {
    expect(await wordsIn('zsh', hostile)).toBe(asPrinted(hostile));
  });

  it('is the same word in any POSIX shell where it needs no numbers', async () => {
    const plain = hostile.filter((any) => !shellQuote(any).startsWith('$'));
    expect(plain).toContain('two\nlines\n');
    expect(await wordsIn('sh', plain)).toBe(asPrinted(plain));
  });

  it.runIf(hasBash)('is the same word where it is typed, and old lines come back for `!` (needs bash)', async () => {
    const shell = spawn('bash', ['--noprofile', '--norc', '-i'], { env: { LC_ALL: 'C.UTF-8' } });
    const printed = text(shell.stdout);
    shell.stdin.end(`set -o history -o histexpand\n${printWords(hostile)}\nexit\n`);
    expect(await printed).toBe(asPrinted(hostile));
  });
});
