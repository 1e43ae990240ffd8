import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeComponent } from '../../src/protocol/encodeQuery.ts';
import { md5Hex } from '../../src/protocol/token.ts';
import { startHandler } from './handler.ts';

/** Secrets that stand nowhere else, so that a search for `canary` finds any of them, and parts of them. */
export const canary = {
  user: 'demouser',
  password: 'canary пароль 7Fq2',
  login: 'canary-login-p93',
  key: 'canary-apikey-q55',
  bearer: 'canary-bearer-x81',
  /** A token that is given as one. */
  token: 'ca4a59feedca4a59feedca4a59feed00',
};

/** The token that is made of the password. */
export const signedToken = md5Hex(canary.user + canary.password);

/** Of a login in an address. */
const basic = Buffer.from(`shop:${canary.login}`).toString('base64');

const searched = [encodeComponent(canary.password), canary.token, signedToken, basic];

/** What a text gives away, in any case of letters. */
export function leaksIn(text: string, allowed: readonly string[] = []): string[] {
  let rest = text.toLowerCase();
  for (const permitted of allowed) rest = rest.replaceAll(permitted.toLowerCase(), '');
  const words = rest.match(/.{0,40}canary.{0,30}/g) ?? [];
  return [...words, ...searched.filter((secret) => rest.includes(secret.toLowerCase()))];
}

/** What the files in a folder give away, with the name of the file. */
export async function leaksInFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const leaks = leaksIn(await readFile(join(parentPath, name), 'utf8'));
      return leaks.map((leak) => `${name}: ${leak}`);
    });
  return (await Promise.all(found)).flat();
}

/** What a handler that is being put right may print: all that it was sent, and what it knows itself. */
function chatter(url: string, headers: object): string {
  return `${url} ${JSON.stringify(headers)} md5(${canary.user} + ${canary.password}) = ${signedToken.toUpperCase()}`;
}

/** A handler that tells all that it knows; the path of its address says in which way. */
export function startChatterbox(): Promise<string> {
  return startHandler(({ url = '', headers }, answer) => {
    const [, way = ''] = /^\/(\w+)/.exec(url) ?? [];
    const text = chatter(url, headers);
    if (way === 'ok') answer.end(JSON.stringify({ status: 'ok', order_id: '7', debug: text }));
    else if (way === 'id') answer.end(JSON.stringify({ status: 'ok', order_id: text }));
    else if (way === 'redirect') answer.writeHead(302, { Location: `http://127.0.0.1:1${url}` }).end(text);
    else if (way === 'break') answer.destroy();
    else answer.writeHead(500, { 'X-Asked': url }).end(text);
  });
}
