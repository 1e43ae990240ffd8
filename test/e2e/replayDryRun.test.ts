import { describe, expect, it } from 'vitest';
import { signToken } from '../../src/protocol/token.ts';
import { runCli } from '../helpers/cli.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';

const token = signToken({ user: 'demo', password: 'secret' });

describe('a dry run', () => {
  it('prints the addresses without secrets and personal data, and sends nothing', async () => {
    const { url, requests } = await startRawHandler();
    const file = await journalFile([
      recordOf(`/?token=${token}&phone=%2B79990001122&mail=a%40b.ru&id=1&name=\xd0\x96`),
    ]);
    const masked = await runCli(['replay', file, '--url', url, '--dry-run']);
    expect(masked).toMatchObject({ code: 0, stdout: `${url}?token=***&phone=***&mail=***&id=1&name=Ж\n` });
    expect(masked.stderr).toContain('--show-secrets');
    const open = await runCli([
      'replay',
      file,
      '--url',
      url,
      '--dry-run',
      '--show-secrets',
      '--show-pii',
      '--set',
      'id=2',
    ]);
    expect(open.stdout).toBe(`${url}?token=${token}&phone=%2B79990001122&mail=a%40b.ru&id=2&name=Ж\n`);
    expect(requests).toEqual([]);
  });

  it('says beside the addresses what is not sent, and what is masked', async () => {
    const file = await journalFile([recordOf('', { method: null, target: null }), recordOf('/?a=1', { seq: 2 })]);
    const run = await runCli(['replay', file, '--url', 'http://127.0.0.1/', '--dry-run']);
    expect(run).toMatchObject({ code: 0, stdout: 'http://127.0.0.1/?a=1\n' });
    expect(run.stderr).toMatch(/^- #1 .* not sent again: .*\nnote: tokens, phones and e-mail addresses are masked/);
  });

  it('masks personal data however it is written, but no token that may be shown', async () => {
    const digits = '46c48bec0d282018b9d1679990001122';
    const file = await journalFile([
      recordOf(`/?token=${digits}&text=%CF%E5%F2%FF%208%20999%20000%2011%2022&phone=8%20999%20000%2011%2022%&a@b.ru=1`),
      recordOf('/?token=d41d8cd98f00b204e9800998ecf8427e'),
    ]);
    const { stdout } = await runCli(['replay', file, '--url', 'http://127.0.0.1/', '--dry-run', '--show-secrets']);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `http://127.0.0.1/?token=${digits}&text=***&phone=***&***=1`,
      'http://127.0.0.1/?token=d41d8cd98f00b204e9800998ecf8427e',
    ]);
  });
});
