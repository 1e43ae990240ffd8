import { type Argument, type Command, type Option } from 'commander';
import { isSwitch, isRepeatable } from '../settings/parseSetting.ts';

/** What may follow an option, or stand as an argument. */
export type Completed =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'folder' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

export interface CompletedOption {
  /** `-p`, where it has one. */
  readonly short: string | undefined;
  /** `--port`. */
  readonly long: string;
  readonly description: string;
  readonly value: Completed;
  readonly isRepeatable: boolean;
}

interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Its own and the global ones. */
  readonly options: readonly CompletedOption[];
  readonly argument: Completed;
}

/** What the scripts of all shells are made of. */
export interface CompletionModel {
  readonly program: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

/** Words that mean nothing special to any of the shells, so that the scripts need no quoting for them. */
function checkWords(words: readonly string[]): readonly string[] {
  const odd = words.find((word) => !/^[\w.-]+$/.test(word));
  if (odd !== undefined) throw new Error(`the word "${odd}" cannot be completed`);
  return words;
}

/** By the name of the placeholder: `<file>` and `<folder>` are completed with what is there. */
function completed(choices: readonly string[] | undefined, placeholder: string): Completed {
  if (choices && choices.length > 0) return { kind: 'choice', choices: checkWords(choices) };
  if (placeholder === 'file' || placeholder === 'folder') return { kind: placeholder };
  return { kind: 'text' };
}

function optionModel(option: Option): CompletedOption {
  const [, placeholder = ''] = /[<[](\w+)/.exec(option.flags) ?? [];
  const long = option.long ?? option.flags;
  checkWords([long]);
  return {
    short: option.short,
    long,
    description: option.description,
    value: isSwitch(option) ? { kind: 'nothing' } : completed(option.argChoices, placeholder),
    isRepeatable: isRepeatable(option),
  };
}

function argumentModel(argument: Argument | undefined, commandNames: readonly string[]): Completed {
  if (!argument) return { kind: 'nothing' };
  if (argument.name() === 'command') return { kind: 'choice', choices: commandNames };
  return completed(argument.argChoices, argument.name());
}

/** Reads the model from the program with all its commands. */
export function completionModel(program: Command): CompletionModel {
  const help = program.createHelp();
  const options = help.visibleOptions(program).map(optionModel);
  const global = options.filter(({ long }) => long !== '--help' && long !== '--version');
  const visible = help.visibleCommands(program);
  const names = checkWords(visible.map((command) => command.name()));
  const commands = visible.map((command) => ({
    name: command.name(),
    summary: command.description(),
    options: [...help.visibleOptions(command).map(optionModel), ...global],
    argument: argumentModel(command.registeredArguments[0], names),
  }));
  return { program: program.name(), options, commands };
}
