import { expect, it } from 'vitest';
import { retryDelay } from '../../src/page/retryDelay.ts';

it('waits longer after each attempt that failed, and half a minute at most', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(retryDelay)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
