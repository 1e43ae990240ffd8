import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeLine, encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { encodeQuery } from '../../src/protocol/encodeQuery.ts';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { type Credentials } from '../../src/protocol/token.ts';
import { decideAnswer } from '../../src/server/decideAnswer.ts';
import { decidedRecord } from '../../src/server/makeRecord.ts';

interface Golden {
  readonly about: string;
  readonly credentials: Credentials | null;
  readonly target: string;
  readonly parameters: Record<string, string>;
  readonly answer: { readonly status: number; readonly body: string };
  readonly line: JournalRecord;
}

const folder = new URL('../../fixtures/golden/', import.meta.url);
const goldens = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden,
]);

describe.each(goldens)('the golden pair %s', (_file, { credentials, target, parameters, answer, line }) => {
  const request = { method: 'GET', target, headers: line.headers, body: null };
  const decision = decideAnswer(request, { credentials: credentials ?? undefined, strict: false });

  it('is parsed to its parameters', () => {
    expect({ ...parseTarget(target).parameters }).toEqual(parameters);
  });

  it('gets its answer', () => {
    expect({ status: decision.status, body: decision.body }).toEqual(answer);
  });

  it('is recorded as its line, which is read back the same', async () => {
    const { run, seq, receivedAt, remote, durationMs } = line;
    const arrival = { run, seq, receivedAt: new Date(receivedAt), remote };
    const record = decidedRecord(arrival, request, decision, { gone: false, keepToken: false, durationMs });
    expect(encodeLine(record)).toBe(encodeLine(line));
    expect(await decodeLine(encodeLine(record).trimEnd())).toEqual({ kind: 'record', record: line });
  });
});

const wellFormed = goldens.filter(([, { line }]) => line.problems.every(({ path }) => !/phone|title|utm/.test(path)));

it.each(wellFormed)('the query of %s is built anew byte for byte', (_file, { parameters, target }) => {
  expect(encodeQuery(Object.entries(parameters))).toBe(target.slice(target.indexOf('?') + 1));
});
