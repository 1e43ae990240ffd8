import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { binary, runCli } from '../helpers/cli.ts';
import { journalLines } from '../helpers/journals.ts';
import { hasPython } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { onTerminal } from '../helpers/terminal.ts';

const phone = '+79990001122';

describe('the width of what log prints, the built program', () => {
  it('gives whole lines to a pipe, for grep, and cuts them where a terminal or COLUMNS says how wide it is', async () => {
    const cwd = await temporaryFolder();
    const orderId = 'order-1435197782';
    const title = `${'Звонок с сайта '.repeat(3)}№`;
    const codes = ['data-not-json', 'created-date-format', 'phone-plus-lost'];
    const problems = codes.map((code) => ({ code, severity: 'warning' as const, path: '', detail: '' }));
    const lead = { orderId, problems, parameters: { id: '1435197782', phone, title } };
    await writeFile(join(cwd, 'all.jsonl'), journalLines(lead));
    const args = ['log', 'all.jsonl'];
    const columns = ['--columns', 'time,run,phone,title,order_id,problems'];
    const lines = await runCli(args, { cwd });
    expect(lines.stdout).toMatch(/created-date-format, 1 more {2}\+7999\*\*\*22 {2}→ order-1435197782 {2}Звонок/);
    const table = await runCli([...args, ...columns], { cwd });
    expect(table.stdout).toContain(`${title}  order-1435197782  ${codes.join(' ')}\n`);
    expect(table.stdout).toContain('2026-11-22T19:40:17.723Z  0badcafe  +7999***22  ');
    const longest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
    for (const more of [[], columns]) {
      const narrow = await runCli([...args, ...more], { cwd, env: { COLUMNS: '70' } });
      expect(longest(narrow.stdout)).toBe(70);
      expect(narrow.stdout).not.toContain(orderId);
      expect((await runCli([...args, ...more], { cwd, env: { COLUMNS: 'x' } })).stdout).toContain(orderId);
    }
  });

  it.runIf(hasPython)('keeps to 80 columns on a terminal that does not know its size (needs python3)', async () => {
    const cwd = await temporaryFolder();
    const title = 'Т'.repeat(99);
    await writeFile(join(cwd, 'all.jsonl'), journalLines({ parameters: { title } }));
    for (const more of [[], ['--columns', 'time,email,title']]) {
      const command = [process.execPath, binary, 'log', 'all.jsonl', '--no-color', ...more];
      const { program } = onTerminal(command, { cwd, env: { TZ: 'UTC' } });
      expect(await program.ended).toBe(0);
      const [, line = ''] = program.stdout().split('\r\n');
      expect(line).toMatch(more.length === 0 ? /^19:40:17 #1 .*…$/ : /^2026-11-22T19:40:17\.723Z {8}Т+…$/);
      expect(line).toHaveLength(80);
    }
  });
});
