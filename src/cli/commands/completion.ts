import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bashScript.ts';
import { completionModel } from '../completion/completionModel.ts';
import { fishScript } from '../completion/fishScript.ts';
import { zshScript } from '../completion/zshScript.ts';
import { type Context } from '../context.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export function configure(command: Command, { environment, loadProgram }: Context): void {
  command
    .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
The script knows all commands, options and their values when it is printed. It
is for the name roistat-hook, as a global installation makes it.

Examples:
  $ eval "$(roistat-hook completion bash)"
  $ source <(roistat-hook completion zsh)
  $ roistat-hook completion fish | source
`,
    )
    .action(async (shell: keyof typeof scripts) => {
      environment.stdout.write(scripts[shell](completionModel(await loadProgram())));
    });
}
