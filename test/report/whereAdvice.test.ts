import { describe, expect, it } from 'vitest';
import { missOf } from '../../src/journal/filter.ts';
import { Misses } from '../../src/journal/misses.ts';
import { missLines } from '../../src/report/missLines.ts';
import { makeStyle } from '../../src/report/style.ts';
import { type FieldOption } from '../../src/report/whereAdvice.ts';
import { sampleRecord } from '../helpers/samples.ts';

const style = makeStyle({ colourLevel: 0, columns: 80 });
const all: readonly FieldOption[] = ['--order', '--verdict', '--since', '--until'];

/** What is said of leads with these parameters, asked for a parameter of this name. */
function linesOf(name: string, parameters: ReadonlyArray<Record<string, string>>, options = all): string[] {
  const misses = new Misses();
  for (const own of parameters) {
    const record = sampleRecord({ parameters: own });
    const miss = missOf(record, { where: [{ name, op: '=', value: 'x' }] });
    if (miss) misses.add(record, miss);
  }
  return missLines(misses, options, style);
}

describe('a search for a field of the record as if it were a parameter', () => {
  it.each([
    ['order_id', 'is no parameter of a request: use --order.'],
    ['orderId', 'is no parameter of a request: use --order.'],
    ['verdict', 'is no parameter of a request: use --verdict.'],
    ['status', 'is no parameter of a request: use --verdict.'],
    ['receivedAt', 'is no parameter of a request: use --since or --until.'],
    ['data.page', 'is a member of data: use --where data~TEXT.'],
  ])('%s: says what searches for it', (name, advice) => {
    expect(linesOf(name, [{}, {}])).toEqual([`  2 leads without ${name}`, `  → ${name} ${advice}`]);
  });

  it('says so where no option of the command does', () => {
    const expected = ['  1 lead without token', expect.stringMatching(/^ {2}→ token is a field of the record, /)];
    expect(linesOf('token', [{}])).toEqual(expected);
    expect(linesOf('verdict', [{}], ['--order'])[1]).toMatch(/^ {2}→ verdict is a field of the record, /);
    expect(linesOf('order_id', [{}], ['--order'])[1]).toContain('use --order.');
  });

  it('is no mistake where a record has such a parameter, or nothing of the record is called so', () => {
    expect(linesOf('order_id', [{ order_id: '7' }, {}])).toHaveLength(2);
    expect(linesOf('phone', [{}])).toHaveLength(1);
    expect(linesOf('constructor', [{}])).toHaveLength(1);
    expect(linesOf('id', [{}])).toHaveLength(1);
  });
});
