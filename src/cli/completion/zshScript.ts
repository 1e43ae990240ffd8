import { type Completed, type CompletedOption, type CompletionModel } from './completionModel.ts';

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The part of a specification of _arguments that says what follows: `:message:action`. */
function valueSpec(value: Completed, message: string): string {
  const actions: Record<Exclude<Completed['kind'], 'nothing' | 'choice'>, string> = {
    text: ' ',
    file: '_files',
    folder: '_files -/',
  };
  if (value.kind === 'nothing') return '';
  return `:${message}:${value.kind === 'choice' ? `(${value.choices.join(' ')})` : actions[value.kind]}`;
}

/** A specification of _arguments. */
function optionSpec({ short, long, description, value, isRepeatable }: CompletedOption): string {
  const takes = value.kind !== 'nothing';
  const rest = `[${description.replace(/[\\[\]]/g, String.raw`\$&`)}]${valueSpec(value, long.slice(2))}`;
  const longSpec = takes ? `${long}=` : long;
  if (short === undefined) return quote(`${isRepeatable ? '*' : ''}${longSpec}${rest}`);
  const forms = `{${takes ? `${short}+` : short},${longSpec}}`;
  return `${quote(isRepeatable ? '*' : `(${short} ${long})`)}${forms}${quote(rest)}`;
}

const specs = (options: readonly CompletedOption[], indent: string): string =>
  options.map((option) => `${indent}${optionSpec(option)}`).join(' \\\n');

/** A script that completes in zsh, by its own _arguments. */
export function zshScript({ program, options, commands }: CompletionModel): string {
  const described = commands.map(({ name, summary }) => `        ${quote(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options: own, argument }) => {
    const last = argument.kind === 'nothing' ? '' : ` \\\n            ${quote(`*${valueSpec(argument, 'argument')}`)}`;
    return `        ${name})\n          _arguments -s \\\n${specs(own, '            ')}${last}\n          ;;`;
  });
  return `#compdef ${program}
# zsh completion for ${program}. For every new shell, write into ~/.zshrc:
#   autoload -U compinit && compinit
#   source <(${program} completion zsh)

_${program}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${specs(options, '    ')} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${described.join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}

# As a file of $fpath this is the function itself; sourced, it is named to zsh.
if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}
