import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { signToken } from '../../src/protocol/token.ts';
import { binary, follow } from '../helpers/cli.ts';
import { hasPython } from '../helpers/needs.ts';
import { onTerminal as startOnTerminal, type OnTerminal } from '../helpers/terminal.ts';

const onTerminal = (args: readonly string[]): OnTerminal => startOnTerminal([process.execPath, binary, ...args]);

describe.runIf(hasPython)('the question for the password (needs python3)', () => {
  it('comes on a terminal when a login has no password, and shows nothing of what is typed', async () => {
    const { program, type } = onTerminal(['token', 'demouser']);
    await program.waitFor(/Password for demouser \(empty for none\): $/);
    type('c4nary\r');
    expect(await program.ended).toBe(0);
    expect(program.stdout()).toContain(signToken({ user: 'demouser', password: 'c4nary' }));
    expect(program.stdout()).not.toContain('c4nary');
  });

  it('takes an empty answer for no password', async () => {
    const { program, type } = onTerminal(['token', 'demouser']);
    await program.waitFor(/Password/);
    type('\r');
    expect(await program.ended).toBe(0);
    expect(program.stdout()).toContain(signToken({ user: 'demouser', password: '' }));
  });

  it('is left by Ctrl-C with 130', async () => {
    const { program, type } = onTerminal(['send-lead', '--user', 'demouser']);
    await program.waitFor(/Password/);
    type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('does not come where nobody can answer', async () => {
    const child = spawn(process.execPath, [binary, 'token', 'demouser'], { stdio: 'pipe' });
    const program = follow(child);
    expect(await program.ended).toBe(0);
    expect(program.stderr()).toBe('note: the password is empty\n');
  });
});
