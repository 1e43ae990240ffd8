import { hostname, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { reachesListener } from '../../../src/cli/serve/reachesListener.ts';

const reaches = (url: string, host: string, port = 8787): Promise<boolean> =>
  reachesListener(new URL(url), { host, port });

const outside = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('an address leads to the listener', () => {
  it.each([
    ['http://127.0.0.1:8787/', '127.0.0.1', true],
    ['http://localhost:8787/', '127.0.0.1', true],
    ['http://LOCALHOST:8787/hook?x=1', 'localhost', true],
    ['http://127.1:8787/', '127.0.0.1', true],
    ['http://2130706433:8787/', '127.0.0.1', true],
    ['http://0.0.0.0:8787/', '127.0.0.1', true],
    ['http://[::ffff:127.0.0.1]:8787/', '127.0.0.1', true],
    ['http://user:password@127.0.0.1:8787/', '127.0.0.1', true],
    ['https://127.0.0.1:8787/', '127.0.0.1', true],
    ['http://127.5.5.5:8787/', '0.0.0.0', true],
    ['http://127.5.5.5:8787/', '::', true],
    ['http://[::1]:8787/', '::', true],
    ['http://[::]:8787/', '::1', true],
    ['http://[::1]:8787/', '::1', true],
    // Another server may listen there on the same port.
    ['http://127.0.0.1:8788/', '127.0.0.1', false],
    ['http://127.0.0.2:8787/', '127.0.0.1', false],
    ['http://[::1]:8787/', '127.0.0.1', false],
    ['http://[::1]:8787/', '0.0.0.0', false],
    ['http://192.0.2.1:8787/', '0.0.0.0', false],
    ['http://no-such-host.invalid:8787/', '0.0.0.0', false],
  ])('%s, listening on %s: %s', async (url, host, expected) => {
    expect(await reaches(url, host)).toBe(expected);
  });

  it('by the port of its scheme', async () => {
    expect(await reaches('http://127.0.0.1/', '127.0.0.1', 80)).toBe(true);
    expect(await reaches('https://127.0.0.1/', '127.0.0.1', 443)).toBe(true);
    expect(await reaches('https://127.0.0.1/', '127.0.0.1', 80)).toBe(false);
  });

  it.runIf(outside !== undefined)('by an address of this machine, and by its name (needs a network)', async () => {
    expect(await reaches(`http://${outside}:8787/`, '0.0.0.0')).toBe(true);
    expect(await reaches(`http://${outside}:8787/`, outside ?? '')).toBe(true);
    expect(await reaches(`http://${outside}:8787/`, '127.0.0.1')).toBe(false);
    expect(await reaches(`http://${hostname()}:8787/`, '0.0.0.0')).toBe(true);
  });
});
