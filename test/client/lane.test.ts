import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Outcome } from '../../src/client/handlerClient.ts';
import { Lane } from '../../src/client/lane.ts';
import { judgedLimitBytes } from '../../src/client/readLimited.ts';
import { directWithin } from '../helpers/caller.ts';
import { startHandler } from '../helpers/handler.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';

/** A lane to this address; `send` resolves with the outcome. Closed when the test ends. */
function laneTo(url: string, timeoutMs = 5000) {
  let settle: (outcome: Outcome) => void = () => {};
  const lane = new Lane({ ...directWithin(timeoutMs), origin: new URL(url).origin, headers: [] }, (outcome) =>
    settle(outcome),
  );
  onTestFinished(() => lane.close());
  return {
    send: (target = '/') =>
      new Promise<Outcome>((resolve) => {
        settle = resolve;
        lane.send(target);
      }),
  };
}

function bodyOf(outcome: Outcome): { readonly text: string; readonly truncated: boolean } {
  if (outcome.kind !== 'answer') throw new Error(outcome.problem.detail);
  const { body, truncated = false } = outcome.answer;
  return { text: Buffer.from(body).toString('latin1'), truncated };
}

/** Answers by the path of the request. */
async function startAnswers(answers: Readonly<Record<string, (response: ServerResponse) => void>>) {
  const connections = new Set<unknown>();
  const url = await startHandler((request, response) => {
    connections.add(request.socket);
    answers[request.url ?? '']?.(response);
  });
  return { url, connections };
}

describe('a lane', () => {
  it('gives each body in full, in however many pieces it comes, and none of the one before', async () => {
    const { url, connections } = await startAnswers({
      '/pieces': (response) => {
        response.write('one, ');
        // Each once the one before is on its way.
        setImmediate(() => response.write('two, ', () => response.end('three')));
      },
      '/two': (response) => response.write('one, ', () => response.end('two')),
      '/empty': (response) => response.end(),
      '/nothing': (response) => response.writeHead(204).end(),
      '/one': (response) => response.end('1'),
    });
    const { send } = laneTo(url);
    for (const [path, text] of [
      ['/pieces', 'one, two, three'],
      ['/empty', ''],
      ['/two', 'one, two'],
      ['/pieces', 'one, two, three'],
      ['/nothing', ''],
      ['/one', '1'],
    ] as const) {
      expect(bodyOf(await send(path))).toEqual({ text, truncated: false });
    }
    expect(connections.size).toBe(1);
  });

  it('takes a body up to the limit, cuts one that is a byte longer, and goes on over a new connection', async () => {
    const full = 'x'.repeat(judgedLimitBytes);
    const { url, connections } = await startAnswers({
      '/full': (response) => response.end(full),
      '/over': (response) => response.end(`${full}y`),
      '/endless': (response) => {
        const more = (): void => {
          if (!response.destroyed) response.write(full, more);
        };
        more();
      },
      '/one': (response) => response.end('1'),
    });
    const { send } = laneTo(url);
    const isFull = async (path: string, truncated: boolean): Promise<void> => {
      const body = bodyOf(await send(path));
      expect([body.text === full, body.truncated]).toEqual([true, truncated]);
    };
    await isFull('/full', false);
    expect(connections.size).toBe(1);
    await isFull('/over', true);
    await isFull('/full', false);
    expect(connections.size).toBe(2);
    await isFull('/endless', true);
    expect(bodyOf(await send('/one'))).toEqual({ text: '1', truncated: false });
    expect(connections.size).toBe(3);
  });

  it('takes the last status of an answer, and reads no upgrade as one', async () => {
    const port = await startTcpServer((socket) => {
      socket.on('data', (data) => {
        if (data.includes('/early')) socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
        if (data.includes('/upgrade')) {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nx');
        } else socket.write('HTTP/1.1 201 Created\r\ncontent-length: 1\r\n\r\n1');
      });
    });
    const { send } = laneTo(`http://127.0.0.1:${port}/`);
    expect(await send('/early')).toMatchObject({ kind: 'answer', answer: { status: 201 } });
    expect(await send('/upgrade')).toMatchObject({ kind: 'unreachable' });
    expect(await send('/')).toMatchObject({ kind: 'answer', answer: { status: 201 } });
  });

  it('does not take the late answer to one that was too slow for that of the next', async () => {
    const held: ServerResponse[] = [];
    const { url } = await startAnswers({
      '/slow': (response) => void held.push(response),
      '/next': (response) => {
        for (const late of held) late.end('late');
        response.end('next');
      },
    });
    const { send } = laneTo(url, 200);
    expect(await send('/slow')).toMatchObject({ kind: 'unreachable', problem: { code: 'timeout' } });
    if (held[0] && !held[0].destroyed) await once(held[0], 'close');
    expect(bodyOf(await send('/next'))).toEqual({ text: 'next', truncated: false });
  });
});
