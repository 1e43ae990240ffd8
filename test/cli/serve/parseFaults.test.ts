import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectFault, parseFaultSequence } from '../../../src/cli/serve/parseFaults.ts';
import { faultKinds } from '../../../src/server/faults.ts';

const plainKinds = faultKinds.filter((kind) => kind !== 'slow');

describe('--fault', () => {
  it.each([
    ['http-500', 'http-500', 0, 1],
    ['reset:0.3', 'reset', 0, 0.3],
    ['redirect:30%', 'redirect', 0, 0.3],
    ['html:1', 'html', 0, 1],
    ['html:100%', 'html', 0, 1],
    ['slow=5s', 'slow=5s', 5000, 1],
    ['slow=1500ms:10%', 'slow=1.5s', 1500, 0.1],
    ['slow=0.2:0.5', 'slow=200ms', 200, 0.5],
    ['slow=10m', 'slow=600s', 600_000, 1],
  ])('%s', (text, name, delayMs, share) => {
    expect(collectFault(text, undefined)).toEqual([{ fault: { kind: name.split('=')[0], name, delayMs }, share }]);
  });

  it.each([
    ['', 'is no fault: use error-status'],
    ['http-404', 'is no fault: use error-status'],
    ['ok', 'is no fault'],
    ['HTML', 'is no fault'],
    ['slow', 'Say how slow: slow=5s'],
    ['slow=', 'Write a time'],
    ['slow=soon', 'Write a time'],
    ['slow=11m', '10m at most'],
    ['html=5s', 'Write html alone'],
    ['html:', 'Write a share'],
    ['html:0', 'Write a share'],
    ['html:0%', 'Write a share'],
    ['html:1.1', 'Write a share'],
    ['html:101%', 'Write a share'],
    ['html:-1', 'Write a share'],
    ['html:0.3:0.3', 'Write a share'],
    ['html:1e-1', 'Write a share'],
    ['html:NaN', 'Write a share'],
  ])('%s is refused', (text, message) => {
    expect(() => collectFault(text, undefined)).toThrow(message);
  });

  it('collects, as long as all shares together are not more than 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...plainKinds), fc.integer({ min: 1, max: 60 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (faults) => {
          const total = faults.reduce((sum, [, share]) => sum + share, 0);
          let collected: ReturnType<typeof collectFault> | undefined;
          let refusal = '';
          try {
            for (const [kind, share] of faults) collected = collectFault(`${kind}:${share}%`, collected);
          } catch (error) {
            refusal = (error as Error).message;
          }
          expect(refusal.includes('more than 1')).toBe(total > 100);
          const read = collected?.map(({ fault, share }) => [fault.kind, Math.round(share * 100)]);
          expect(read).toEqual(faults.slice(0, refusal === '' ? undefined : read?.length));
        },
      ),
    );
  });

  it('ten tenths are a whole', () => {
    const tenths = Array.from({ length: 10 }).reduce<ReturnType<typeof collectFault> | undefined>(
      (previous) => collectFault('html:0.1', previous),
      undefined,
    );
    expect(tenths).toHaveLength(10);
  });

  it('never throws anything but words for the user, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let code: string | undefined = 'commander.invalidArgument';
        try {
          collectFault(text, undefined);
        } catch (error) {
          ({ code } = error as { code?: string });
        }
        expect(code).toBe('commander.invalidArgument');
      }),
    );
  });
});

describe('--fault-sequence', () => {
  it('is a list in which ok is a normal answer', () => {
    expect(parseFaultSequence('http-500, ok,slow=1s')).toEqual([
      { kind: 'http-500', name: 'http-500', delayMs: 0 },
      undefined,
      { kind: 'slow', name: 'slow=1s', delayMs: 1000 },
    ]);
  });

  it.each(['', 'ok,', 'ok,http-404', 'html:0.3', 'ok;ok'])('%j is refused', (text) => {
    expect(() => parseFaultSequence(text)).toThrow('is no fault');
  });
});
