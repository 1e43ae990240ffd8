import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handlersFolder, type RunningPhp, startPhp } from './php.ts';

/** Login and password of the handlers in fixtures/handlers/wrong, as `check` takes them. */
export const shopUser = ['--user', 'demouser'];
export const shopEnv = { ROISTAT_HOOK_PASSWORD: 'secret' };

export interface Shop extends RunningPhp {
  /** The folder of the orders. */
  readonly orders: string;
  /** The --read-back address for a handler. */
  readonly readBack: (handler: string) => string;
}

/**
 * PHP with fixtures/handlers/wrong; `url` is that folder. Its orders lie in the given folder, or in one of its own
 * that is removed at the end. The caller stops it (afterAll).
 */
export async function startShop({ workers = 1, orders }: { workers?: number; orders?: string } = {}): Promise<Shop> {
  const folder = orders ?? (await mkdtemp(join(tmpdir(), 'roistat-hook-test-')));
  const env = { ROISTAT_USER: 'demouser', ROISTAT_PASSWORD: 'secret', ROISTAT_ORDERS: folder };
  const php = await startPhp(handlersFolder, { workers, env });
  return {
    url: `${php.url}wrong/`,
    orders: folder,
    readBack: (handler) => `${php.url}wrong/parts/read-back.php?of=${handler}&order_id={order_id}`,
    stop: async () => {
      await php.stop();
      if (orders === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
