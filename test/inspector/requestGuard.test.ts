import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { refusalOf, targetOf } from '../../src/inspector/requestGuard.ts';

it('on the port of http the names of this machine may come without it, as browsers write them', () => {
  const statusOf = (host: string, port: number): number | undefined => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request, { method: 'GET', url: '/', headers: { host } });
    return refusalOf(request, targetOf(request), { port, csrf: '' })?.status;
  };
  for (const name of ['127.0.0.1', 'LocalHost', '[::1]']) {
    expect([name, statusOf(name, 80), statusOf(`${name}:80`, 80)]).toEqual([name, undefined, undefined]);
    expect([name, statusOf(name, 8788), statusOf(`${name}:80`, 8788)]).toEqual([name, 421, 421]);
  }
  expect(statusOf('evil.example', 80)).toBe(421);
});
