import { describe, expect, test } from 'vitest';
import { checkGroups, checks, isCheckId } from '../../src/conformance/checks.ts';
import { type Check } from '../../src/conformance/check.ts';

const all: ReadonlyArray<readonly [string, Check]> = Object.entries(checks);

describe('checks', () => {
  test('have permanent ids and levels: CI scripts refer to them, so nothing here changes but by addition', () => {
    const lines = all.map(([id, { level }]) => `${level} ${id}`);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "MUST contact-answers
      MUST contact-right-token
      MUST contact-tells-apart
      MUST contact-read-back
      MUST answer-no-redirect
      MUST answer-http-200
      MUST answer-json
      MUST answer-status-ok
      MUST answer-order-id
      MUST answer-own-order
      SHOULD answer-content-type
      SHOULD answer-latency
      MUST answer-lead-hunter
      MUST answer-calltracking
      MUST answer-jivosite
      MUST answer-email
      MUST answer-form
      MUST answer-message
      MAY answer-message-json
      MUST auth-wrong-token
      MUST auth-missing-token
      MUST auth-empty-token
      MUST auth-other-user
      SHOULD auth-upper-case
      MUST auth-swapped
      MUST auth-separated
      MUST auth-message
      MUST robust-missing-parameters
      MUST robust-empty-parameters
      MUST robust-data-empty
      SHOULD robust-data-not-json
      SHOULD robust-data-other-type
      SHOULD robust-data-nested
      SHOULD robust-data-large
      MUST robust-visit-not-number
      MUST robust-unknown-parameters
      SHOULD robust-unknown-action
      SHOULD robust-missing-action
      SHOULD robust-unknown-order
      MUST text-cyrillic
      MUST text-yo
      MUST text-emoji
      MUST text-lines
      MUST text-quotes
      MUST text-markup
      MUST text-sql
      MUST text-shell
      MUST text-plus
      MUST text-long
      SHOULD text-very-long
      SHOULD idempotent-twice
      SHOULD idempotent-at-once"
    `);
  });

  test('have a title that begins with the level and is one sentence', () => {
    for (const [, { level, title }] of all) expect(title).toMatch(new RegExp(`^${level} [a-z"{][^.]*$`));
  });

  test('say what they send, what a failure means and how to mend it', () => {
    for (const [, { sends, means, mend }] of all) {
      for (const text of [sends, means, mend]) expect(text).toMatch(/^.{10,}[.;]$/s);
    }
  });

  test('stand in one group each, in the order in which they run', () => {
    expect(Object.values(checkGroups).flatMap((group) => Object.keys(group))).toEqual(all.map(([id]) => id));
  });

  test('are known by their id, and by no name that every object has', () => {
    expect(all.every(([id]) => isCheckId(id))).toBe(true);
    expect(['constructor', '__proto__', 'toString', ''].some(isCheckId)).toBe(false);
  });

  test('stop a run only where nothing can be found after them', () => {
    const stopping = all.filter(([, { stops }]) => stops).map(([id]) => id);
    expect(stopping).toEqual(['contact-answers', 'contact-right-token', 'contact-tells-apart']);
  });
});
