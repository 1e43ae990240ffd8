import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { curlOfRecord, sendCommandOfRecord } from '../../src/report/recordCommands.ts';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { binary } from '../helpers/cli.ts';
import { leadRecord } from '../helpers/leads.ts';
import { hasBash } from '../helpers/needs.ts';
import { sampleRecord } from '../helpers/samples.ts';

const run = promisify(execFile);
const invocation = `${process.execPath} ${binary}`;
const facts = { webhook: 'http://127.0.0.1:8787/', invocation };

/** What the command would send. */
async function parametersSent(command: string | null): Promise<Record<string, string>> {
  const { PATH = '' } = process.env;
  const env = { PATH, ROISTAT_HOOK_TOKEN: 'd41d8cd98f00b204e9800998ecf8427e', LANG: 'C.UTF-8' };
  const { stdout } = await run('bash', ['-c', `${command} --dry-run --show-secrets`], { env });
  return parseTarget(stdout.trim().replace('http://127.0.0.1:8787', '')).parameters;
}

const tricky = {
  title: "it's $(date) `date` \\n !!",
  text: '@file\nsecond "line"\r\n\tthird \u001b[201~\u0003rm -rf \u202e',
  name: '-',
  phone: ' 7999',
  email: '--help',
  data: '{"page":"http://site.ru/","1":"2"}',
  created_date: '',
  utm_x: 'a=b&c',
  '-odd': '1',
};

describe.runIf(hasBash)('the commands that send a record again (need bash)', () => {
  it('send the parameters of a lead, whatever is in them', async () => {
    const record = leadRecord(90, tricky);
    const command = sendCommandOfRecord(record, facts);
    // Nothing in it can act on the terminal into which it is pasted.
    expect(command?.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    const sent = await parametersSent(command);
    expect(sent).toMatchObject(tricky);
    expect(sent).toMatchObject({ action: 'lead', id: '90', user: '' });
  });

  it('send a message, by either name of its text', async () => {
    // The third would read a file if it were given as --text.
    for (const chat of [{ text: '-' }, { message: 'Иван: да' }, { message: '@/etc/hostname' }, { message: '-' }]) {
      const parameters = { action: 'message', leadId: 'order-1', title: 'Чат', ...chat };
      const command = sendCommandOfRecord(sampleRecord({ action: 'message', parameters }), facts);
      const { user, token, ...sent } = await parametersSent(command);
      expect({ user, token }).toEqual({ user: '', token: 'd41d8cd98f00b204e9800998ecf8427e' });
      expect(sent).toEqual(parameters);
    }
  });

  it('are not there for what cannot be sent', () => {
    expect(sendCommandOfRecord(sampleRecord({ action: 'task' }), facts)).toBeNull();
    // No argument can hold a NUL, and --field parts at the first `=`.
    expect(sendCommandOfRecord(leadRecord(1, { name: 'a\0b' }), facts)).toBeNull();
    expect(sendCommandOfRecord(leadRecord(1, { 'a=b': 'c' }), facts)).toBeNull();
    expect(curlOfRecord(sampleRecord({ method: 'OPTIONS', target: '*' }), facts.webhook)).toBeNull();
    expect(curlOfRecord(sampleRecord({ method: null, target: null }), facts.webhook)).toBeNull();
  });

  it('keep dots and a lone question mark of the target', () => {
    const command = (target: string) => curlOfRecord(sampleRecord({ target }), facts.webhook);
    expect(command('/../a/./b?x=1')).toBe(`curl -gsSi --path-as-is 'http://127.0.0.1:8787/../a/./b?x=1'`);
    expect(command('/?')).toBe(`curl -gsSi 'http://127.0.0.1:8787/?'`);
    expect(command('/a.php')).toBe(`curl -gsSi 'http://127.0.0.1:8787/a.php'`);
  });

  it('ask for a token that was masked, and keep to the bytes of the target', () => {
    const target = '/a?x=%D0%98&token=***&action=lead&y=+';
    const command = curlOfRecord(sampleRecord({ target }), facts.webhook);
    expect(command).toBe(
      `curl -gsSi 'http://127.0.0.1:8787/a?x=%D0%98&token='"\${ROISTAT_HOOK_TOKEN:?set it to the token first}"'&action=lead&y=+'`,
    );
  });
});
