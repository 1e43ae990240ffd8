import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../src/report/curlCommand.ts';
import { makeCaller } from '../helpers/caller.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { hasCurl } from '../helpers/needs.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';

const token = '46c48bec0d282018b9d167eef7711b2c';

/** What a body has when it is recorded. */
const bodyOf = (data: string, encoding: 'utf8' | 'base64' = 'utf8'): Partial<JournalRecord> => ({
  method: 'POST',
  body: { bytes: 1, encoding, data, truncated: false },
});

const records: ReadonlyArray<readonly [string, JournalRecord]> = [
  [
    'odd bytes',
    recordOf(`/?a=\xd0\x96\xff&b=%zz&&c='$(x)"\`&token=${token}`, {
      headers: [['X-Empty', '']],
    }),
  ],
  [
    'headers',
    recordOf('/?a=1', {
      headers: [
        ['X-Empty', ''],
        ['X-High', '\xe9\xd0'],
        ['User-Agent', "it's"],
      ],
    }),
  ],
  ['what looks like a fragment', recordOf(`/?token=${token}&a=1#b=2?c`)],
  ['a body of text', recordOf('/?a=1', bodyOf('x=1\nда&y=\'2\'"$HOME"'))],
  ['a body with a type', recordOf('/', { ...bodyOf('{}'), headers: [['content-type', 'application/json']] })],
  ['a body that begins like the name of a file', recordOf('/', bodyOf('@/etc/hosts %s \\n'))],
  ['bytes', recordOf('/', bodyOf(Buffer.from([0, 1, 0x25, 0xff, 0x0a]).toString('base64'), 'base64'))],
  ['another method with a body', recordOf('/', { ...bodyOf('a'), method: 'PUT' })],
  ['another method', recordOf('/?a=1', { method: 'DELETE' })],
];

const own = /^(?:host|connection|user-agent: curl|accept):?/i;

describe.runIf(hasCurl)('the command for curl (needs curl) sends again', () => {
  it.each(records)('%s', async (_what, record) => {
    const { url, requests } = await startRawHandler();
    const resent = await makeCaller().resend({ webhook: new URL(`${url}hook.php`), record });
    if (resent.kind === 'unsendable') throw new Error(resent.reason);
    const command = curlCommand(resent.delivery.request, false);
    expect(command).not.toContain(token);
    expect(command).toMatch(/^[\x20-\x7e\n\u0400-\u04ff]+$/);
    const env = { PATH: process.env['PATH'] ?? '', ROISTAT_HOOK_TOKEN: token, LANG: 'C.UTF-8' };
    await promisify(execFile)('sh', ['-c', command], { env });
    const [ours, curls] = requests.map(({ line, headers, body }) => ({
      line,
      body,
      headers: headers
        .filter((header) => !own.test(header))
        .map((header) => header.trimEnd().replace(/^content-length/i, 'length'))
        .toSorted(),
    }));
    expect(ours?.line).toContain('/hook.php');
    expect(curls).toEqual(ours);
  });
});

describe('secrets in the command for curl', () => {
  const request = {
    method: 'POST',
    url: `http://a/?token=${token}&amp;token=c4nary-two&password=c4nary-three&access_token=`,
    token,
    headers: [['Cookie', 'c4nary-cookie']] as const,
    body: Buffer.from(`x=${token}&token=c4nary-four`),
    insecure: false,
    cacert: undefined,
    proxy: undefined,
  };

  it('are not there', () => {
    const command = curlCommand(request, false);
    expect(command).not.toMatch(/c4nary|46c48bec/);
    expect(command).toContain('&access_token=');
  });

  it('are not there beside a token that is none, either', () => {
    const empty = { ...request, token: '', url: 'http://a/?token=&amp;token=c4nary-two' };
    expect(curlCommand(empty, false)).not.toContain('c4nary');
  });

  it('are there when they are wanted', () => {
    expect(curlCommand(request, true).match(/c4nary/g)).toHaveLength(4);
  });
});
