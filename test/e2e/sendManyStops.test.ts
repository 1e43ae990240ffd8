import { describe, expect, it } from 'vitest';
import { binary, startProgram } from '../helpers/cli.ts';
import { startLeadShop } from '../helpers/leadShop.ts';
import { hasPython } from '../helpers/needs.ts';
import { freePort } from '../helpers/tcpServer.ts';
import { onTerminal } from '../helpers/terminal.ts';

const send = (url: string, ...args: readonly string[]): string[] => ['send-lead', '--url', url, ...args];

describe('Ctrl-C', () => {
  it('waits for what is under way and prints the summary so far', async () => {
    const shop = await startLeadShop((_values, count) => (count > 20 ? undefined : String(count)));
    const program = startProgram(send(shop.url, '--count', '1000', '--concurrency', '4', '--json'));
    await shop.came(24);
    process.kill(program.pid, 'SIGINT');
    await program.waitFor(/a second Ctrl-C or SIGTERM ends at once/, 'stderr');
    shop.release();
    expect(await program.ended).toBe(130);
    expect(JSON.parse(program.stdout())).toMatchObject({ end: 'interrupted', sent: 24, accepted: 24 });
  });

  it('is why it ended, though what was under way then failed', async () => {
    const shop = await startLeadShop(() => undefined);
    const limits = ['--count', '1000', '--concurrency', '5', '--timeout', '1s'];
    const program = startProgram(send(shop.url, ...limits, '--json'));
    await shop.came(5);
    process.kill(program.pid, 'SIGINT');
    expect(await program.ended).toBe(130);
    expect(JSON.parse(program.stdout())).toMatchObject({ end: 'interrupted', sent: 5, accepted: 0 });
  });

  it('a second one does not wait', async () => {
    const shop = await startLeadShop((_values, count) => (count > 20 ? undefined : String(count)));
    const program = startProgram(send(shop.url, '--count', '1000', '--concurrency', '4'));
    await shop.came(24);
    process.kill(program.pid, 'SIGINT');
    await program.waitFor(/a second Ctrl-C or SIGTERM ends at once/, 'stderr');
    const begin = performance.now();
    expect(await program.stop('SIGINT')).toBe(130);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(program.stdout()).toMatch(/^✗ interrupted: 24 leads in .+, 20 accepted, 4\s+not waited for\n/);
  });
});

describe.runIf(hasPython)('on a terminal (needs python3)', () => {
  it('a bar says how far it is, and is gone at the end', async () => {
    const shop = await startLeadShop((_values, count) => (count === 20 ? undefined : String(count)));
    const command = [process.execPath, binary, ...send(shop.url, '--count', '40', '--concurrency', '1')];
    const { program } = onTerminal(command, { env: { NO_COLOR: '1' } });
    await program.waitFor(/█+░+ 19\/40 {2}19 ✓/);
    shop.release();
    await shop.came(40);
    expect(await program.ended).toBe(0);
    const screen = program
      .stdout()
      .split('\r\n')
      .map((line) => line.split('\r\u001b[2K').at(-1));
    expect(screen.join('\n')).not.toMatch(/[█░]/);
    expect(screen[0]).toContain('✓ 40 leads in');
  });

  it('while the handler is not up yet the time has not begun', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const command = [process.execPath, binary, ...send(url, '--duration', '1s', '--wait', '1m')];
    const { program, type } = onTerminal(command, { env: { NO_COLOR: '1' } });
    // Drawn five times a second.
    await program.waitFor(/(?:0 sent {2}0 ✓[^]*?){9}/);
    expect(program.stdout()).not.toContain('waiting for');
    expect(program.stdout()).not.toContain('█');
    type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('after Ctrl-C it says how many answers are waited for, and no time that is left', async () => {
    const shop = await startLeadShop((_values, count) => (count > 20 ? undefined : String(count)));
    const command = [process.execPath, binary, ...send(shop.url, '--duration', '1h', '--concurrency', '4')];
    const { program, type } = onTerminal(command, { env: { NO_COLOR: '1' } });
    await program.waitFor(/░ 20 sent {2}20 ✓ {2}.*left/);
    type('\u0003');
    await program.waitFor(/a second Ctrl-C or SIGTERM ends at once[^]*░ 20 sent {2}20 ✓ {2}.*waiting for 4/);
    const [, after = ''] = program.stdout().split('ends at once');
    expect(after).not.toContain('left');
    shop.release();
    expect(await program.ended).toBe(130);
  });
});
