import { type Completed, type CompletedOption, type CompletionModel } from './completionModel.ts';

const quote = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;

/** The part of a `complete` command that says what follows an option. */
function valueFlags(value: Completed): string[] {
  if (value.kind === 'nothing') return [];
  if (value.kind === 'file') return ['-r', '-F'];
  if (value.kind === 'folder') return ['-x', '-a', quote('(__fish_complete_directories)')];
  return value.kind === 'choice' ? ['-x', '-a', quote(value.choices.join(' '))] : ['-x'];
}

/** A script that completes in fish, one `complete` for each thing. */
export function fishScript({ program, options, commands }: CompletionModel): string {
  const complete = (condition: string | undefined, ...rest: readonly string[]): string =>
    ['complete', '-c', program, ...(condition === undefined ? [] : ['-n', quote(condition)]), ...rest].join(' ');
  const option = (condition: string, { short, long, description, value }: CompletedOption): string => {
    const names = [...(short === undefined ? [] : ['-s', short.slice(1)]), '-l', long.slice(2)];
    return complete(condition, ...names, ...valueFlags(value), '-d', quote(description));
  };
  const names = commands.map(({ name }) => name).join(' ');
  const beforeCommand = `not __fish_seen_subcommand_from ${names}`;
  const lines = commands.flatMap(({ name, summary, options: own, argument }) => {
    const after = `__fish_seen_subcommand_from ${name}`;
    const [, , words] = valueFlags(argument);
    return [
      complete(beforeCommand, '-a', name, '-d', quote(summary)),
      ...own.map((one) => option(after, one)),
      ...(words === undefined ? [] : [complete(after, '-a', words)]),
      ...(argument.kind === 'file' ? [complete(after, '-F')] : []),
    ];
  });
  return `# fish completion for ${program}. For every new shell:
#   ${program} completion fish > ~/.config/fish/completions/${program}.fish

${complete(undefined, '-f')}
${[...options.map((one) => option(beforeCommand, one)), ...lines].join('\n')}
`;
}
