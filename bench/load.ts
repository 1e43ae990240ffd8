import { connect } from 'node:net';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeQuery } from '../src/protocol/encodeQuery.ts';
import { inWireOrder, leadNames } from '../src/protocol/wireOrder.ts';
import { seededRandom } from '../src/protocol/random.ts';
import { leadSources, sampleLead } from '../src/protocol/samples.ts';
import { type Credentials, signToken } from '../src/protocol/token.ts';

/** What is asked for by one line on stdin. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  /** How long it is measured; half a second before that does not count. */
  readonly seconds: number;
  /** A new connection for each request, as PHP's callers have it. */
  readonly close: boolean;
  /** Login and password that the leads are signed with. */
  readonly credentials: Credentials;
}

/** What is answered by one line on stdout; the times in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const warmUpMs = 500;
/** Ids of one length make answers of one length. */
let lastId = 1_000_000_000;

type MakeRequest = () => string;

/** Leads as our own `send-lead` makes them up, each with an id of its own. */
function requestsTo({ url, close, credentials }: LoadOrder): MakeRequest {
  const { host, pathname } = new URL(url);
  const random = seededRandom(1);
  const signature = { user: credentials.user, token: signToken(credentials) };
  const leads = Array.from({ length: 500 }, (_, index) => {
    const source = leadSources[index % leadSources.length] ?? 'form';
    const { action, title, phone, data } = sampleLead(source, random, new Date(Date.UTC(2026, 0, 1, 0, 0, index)));
    const query = encodeQuery(inWireOrder(leadNames, { ...signature, action, id: 'ID', title, phone, data }));
    return query.split('id=ID') as [string, string];
  });
  const headers = [`Host: ${host}`, 'User-Agent: curl/8.5.0', 'Accept: */*', ...(close ? ['Connection: close'] : [])];
  const end = ` HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
  return () => {
    lastId += 1;
    const [before, after] = leads[lastId % leads.length] ?? ['', ''];
    return `GET ${pathname}?${before}id=${lastId}${after}${end}`;
  };
}

/** The bytes of a whole answer: a load that does not parse each one is the faster for it. */
function answerLength({ hostname, port }: URL, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (text: string) => {
      answer += text;
      const headLength = answer.indexOf('\r\n\r\n') + 4;
      const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1]);
      if (headLength < 4 || answer.length < headLength + bodyLength) return;
      socket.destroy();
      if (answer.startsWith('HTTP/1.1 200 ')) resolve(answer.length);
      else reject(new Error(`answered: ${answer}`));
    });
  });
}

/** One after another until `isOver`; tells each one's time. Resolves when the last one is answered. */
function keepSending(
  { hostname, port }: URL,
  {
    close,
    makeRequest,
    length,
    isOver,
    answered,
    opened,
  }: {
    readonly close: boolean;
    readonly makeRequest: MakeRequest;
    readonly length: number;
    readonly isOver: () => boolean;
    readonly answered: (ms: number) => void;
    /** Called once it is connected. */
    readonly opened: () => void;
  },
): Promise<void> {
  const buffer = Buffer.allocUnsafe(4096);
  return new Promise((resolve, reject) => {
    const open = (connected?: () => void): void => {
      let begin = performance.now();
      let received = 0;
      const send = (): void => {
        if (!close) begin = performance.now();
        received = 0;
        socket.write(makeRequest(), 'latin1');
      };
      const take = (bytes: number): boolean => {
        received += bytes;
        if (received < length) return true;
        if (received > length || buffer.toString('latin1', 9, 12) !== '200') {
          reject(new Error(`another answer than the first: ${buffer.toString('latin1', 0, bytes)}`));
        }
        answered(performance.now() - begin);
        if (isOver()) {
          socket.destroy();
          resolve();
        } else if (close) {
          socket.destroy();
          open();
        } else send();
        return true;
      };
      const socket = connect({ host: hostname, port: Number(port), onread: { buffer, callback: take } }, () => {
        send();
        connected?.();
      });
      socket.on('error', reject);
    };
    open(opened);
  });
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const { connections, seconds, close } = order;
  const address = new URL(order.url);
  const makeRequest = requestsTo(order);
  const length = await answerLength(address, makeRequest());
  const times: RecordableHistogram = createHistogram();
  let state: 'warming' | 'measuring' | 'over' = 'warming';
  let count = 0;
  const answered = (ms: number): void => {
    if (state !== 'measuring') return;
    count += 1;
    times.record(Math.max(1, Math.round(ms * 1000)));
  };
  const isOver = (): boolean => state === 'over';
  const callers: Array<Promise<void>> = [];
  // One behind the other: more at once than a server's backlog holds would be reset.
  await new Promise<void>((opened) => {
    const openNext = (): void => {
      if (callers.length === connections) opened();
      else callers.push(keepSending(address, { close, makeRequest, length, isOver, answered, opened: openNext }));
    };
    openNext();
  });
  const measured = (async () => {
    await sleep(warmUpMs);
    const begin = performance.now();
    state = 'measuring';
    await sleep(seconds * 1000);
    state = 'over';
    return (count / (performance.now() - begin)) * 1000;
  })();
  const [perSecond] = await Promise.all([measured, ...callers]);
  return { perSecond, p50: times.percentile(50) / 1000, p99: times.percentile(99) / 1000 };
}

/** One order a line, and one result a line: a load that goes on is warm from the second one on. */
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await load(JSON.parse(line) as LoadOrder)));
}
