import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../src/protocol/judgeAnswer.ts';
import { deliveryReporters } from '../../src/report/deliveryReporters.ts';
import { type Delivery } from '../../src/client/delivery.ts';
import { shownCurl, shownDelivery } from '../../src/report/shownDelivery.ts';
import { makeStyle } from '../../src/report/style.ts';
import { encodeQuery, type Parameter } from '../../src/protocol/encodeQuery.ts';

/** A delivery to a handler that answers `body`. */
function delivery(token: string, body: string, headers: Record<string, string> = {}): Delivery {
  const parameters: Parameter[] = [
    ['user', 'demo'],
    ['token', token],
    ['action', 'lead'],
  ];
  const answer = { status: 200, headers, body: Buffer.from(body), durationMs: 1 };
  const request = {
    url: `http://127.0.0.1/?${encodeQuery(parameters)}`,
    token,
    headers: [['Authorization', 'Basic c4nary-header']] as const,
    insecure: false,
    cacert: undefined,
    proxy: 'http://user:c4nary-proxy@127.0.0.1:3128',
    parameters,
    targetBytes: 50,
  };
  return { action: 'lead', ...judgeAnswer('lead', answer), request, answer };
}

const token = '46c48bec0d282018b9d167eef7711b2c';
/** What is shown of a delivery, its curl command included. */
const everything = (shown: Delivery): string => JSON.stringify([shownDelivery(shown, false), shownCurl(shown, false)]);

describe('a delivery as it is shown', () => {
  it('has no secret, wherever the handler repeats it', () => {
    const body = `debug ${token} ${token.toUpperCase()} Basic c4nary-header {"status":"ok","order_id":"${token}"}`;
    const shown = everything(delivery(token, body, { location: `/?token=${token}` }));
    expect(shown.toLowerCase()).not.toContain(token);
    expect(shown).not.toContain('c4nary');
  });

  it('has no part of a token at the end of an excerpt, either', () => {
    for (let before = 60; before < 130; before += 1) {
      const shown = everything(delivery(token, `${'x'.repeat(before)}${token}{"status":"ok","order_id":1}`));
      expect(shown).not.toMatch(new RegExp(`x${token.slice(0, 2)}`));
    }
  });

  it('masks a token that is written in another way on the wire', () => {
    const shown = everything(delivery('secret+t/ken', ''));
    expect(shown).not.toContain('secret%2Bt%2Fken');
    expect(shown).not.toContain('secret+t/ken');
  });

  it('has everything when secrets may be shown', () => {
    const shown = shownDelivery(delivery(token, token), true);
    expect(shown.url).toContain(token);
    expect(shown.answer?.bodyText).toBe(token);
    const curl = shownCurl(delivery(token, token), true);
    expect(curl.command).toContain('c4nary-proxy');
    expect(curl.lacks).toBeUndefined();
  });

  it('shows long values and bodies by their beginning', () => {
    const style = makeStyle({ colourLevel: 0, columns: 80 });
    const text = deliveryReporters.human.report([delivery(token, 'line\n'.repeat(500))], style);
    expect(text).toContain('… 385 more lines');
    expect(text.split('\n').length).toBeLessThan(60);
  });
});
