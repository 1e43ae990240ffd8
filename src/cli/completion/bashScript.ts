import { type Completed, type CompletedOption, type CompletionModel } from './completionModel.ts';

const flagsOf = ({ short, long }: CompletedOption): string[] => (short === undefined ? [long] : [short, long]);

/** What the function does after an option that takes a value. */
function valueCase(value: Completed): string {
  if (value.kind === 'choice') return `values='${value.choices.join(' ')}'`;
  // Readline's own completion of file names, which knows how to quote them.
  if (value.kind === 'file' || value.kind === 'folder') return 'return';
  return 'values=none';
}

function optionCases(options: readonly CompletedOption[]): string[] {
  const cases = new Map<string, string[]>();
  for (const option of options.filter(({ value }) => value.kind !== 'nothing')) {
    const what = valueCase(option.value);
    cases.set(what, [...(cases.get(what) ?? []), ...flagsOf(option)]);
  }
  return Array.from(cases, ([what, flags]) => `        ${flags.join(' | ')}) ${what} ;;`);
}

/** Readline's own completion where an argument is a file. */
function fileArgument({ kind }: Completed): string[] {
  if (kind !== 'file' && kind !== 'folder') return [];
  return ['      if [[ -z $values && $current != -* ]]; then return; fi'];
}

function commandCase(
  name: string,
  options: readonly CompletedOption[],
  argument: Completed,
  program: CompletionModel,
): string {
  const argumentWords = argument.kind === 'choice' ? argument.choices : [];
  const words = name === '' ? program.commands.map((command) => command.name) : argumentWords;
  return [
    `    ${name || "''"})`,
    `      options='${options.flatMap(flagsOf).join(' ')}'`,
    `      words='${words.join(' ')}'`,
    '      case $previous in',
    ...optionCases(options),
    '      esac',
    ...fileArgument(argument),
    '      ;;',
  ].join('\n');
}

/** A script that completes in bash, without the package bash-completion; nothing of the line is ever evaluated. */
export function bashScript(model: CompletionModel): string {
  const { program, options, commands } = model;
  const name = `_${program.replaceAll('-', '_')}`;
  const withValue = options.filter(({ value }) => value.kind !== 'nothing').flatMap(flagsOf);
  return `# bash completion for ${program}. For every new shell, write into ~/.bashrc:
#   eval "$(${program} completion bash)"

${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command='' options='' words='' values='' prefix='' index
  # Where = divides words (COMP_WORDBREAKS), --source=form is three of them; elsewhere it is one.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]] && ((COMP_CWORD > 2)); then
    previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  elif [[ $current == --*=* ]]; then
    previous="\${current%%=*}"
    prefix="$previous="
    current="\${current#*=}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${withValue.join(' | ')})
        index=$((index + 1))
        if [[ "\${COMP_WORDS[index]}" == '=' ]]; then index=$((index + 1)); fi
        ;;
      ${commands.map((command) => command.name).join(' | ')})
        command="\${COMP_WORDS[index]}"
        break
        ;;
    esac
  done
  case $command in
${[
  commandCase('', options, { kind: 'nothing' }, model),
  ...commands.map((command) => commandCase(command.name, command.options, command.argument, model)),
].join('\n')}
  esac
  # No file names from here on; bash 3.2 has no compopt and offers them.
  compopt +o default 2>/dev/null
  if [[ $values == none ]]; then return; fi
  if [[ -n $values ]]; then
    words=$values
  elif [[ $current == -* || -z $words ]]; then
    words=$options
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))
}
complete -o default -F ${name} ${program}
`;
}
