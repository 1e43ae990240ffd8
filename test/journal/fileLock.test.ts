import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, link, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FileLock, lockAddress, takeLock } from '../../src/journal/fileLock.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from './contract.ts';

const source = new URL('../../src/journal/fileLock.ts', import.meta.url).href;

/** Says `held` or `busy`; a line on its stdin makes it release and say `free`. Ends when its stdin does. */
const otherProcess = `
  import { takeLock } from '${source}';
  const lock = await takeLock(JSON.parse(process.argv[1]));
  console.log(lock ? 'held' : 'busy');
  process.stdin.once('data', async () => {
    await lock.release();
    console.log('free');
  });
`;

interface OtherProcess {
  /** The next line of its stdout; undefined when it has ended. */
  readonly says: () => Promise<string | undefined>;
  readonly release: () => void;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<unknown>;
}

/** Another process that takes the lock. An address may hold a NUL, which no argument can, hence the JSON. */
function takeLockElsewhere(address: string, script = otherProcess): OtherProcess {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script, JSON.stringify(address)];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => code as unknown);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    says: async () => (await lines.next()).value as string | undefined,
    release: () => void child.stdin.write('release\n'),
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    ended,
  };
}

async function take(address: string): Promise<FileLock | undefined> {
  const lock = await takeLock(address);
  if (lock) onTestFinished(() => lock.release());
  return lock;
}

/** The address that this platform uses; of a folder of the test's own, so that no other test shares it. */
async function platformAddress(): Promise<string> {
  const { dev, ino } = await stat(await temporaryFolder(), { bigint: true });
  return lockAddress(platform(), dev, ino);
}

const socketFile = async (): Promise<string> => join(await temporaryFolder(), 'file.lock');

describe.each([
  ['the lock of this platform', platformAddress],
  ['a socket file, the lock of other platforms', socketFile],
])('%s', (_name, newAddress) => {
  it('is held by one at a time within a process, and is free once released', async () => {
    const [address, other] = [await newAddress(), await newAddress()];
    const lock = await take(address);
    expect(lock).toBeDefined();
    expect(await take(address)).toBeUndefined();
    expect(await take(other)).toBeDefined();
    await lock?.release();
    const next = await take(address);
    expect(next).toBeDefined();
    // A release that comes twice does not free the lock of the next one.
    await lock?.release();
    expect(await take(address)).toBeUndefined();
  });

  it('of many that want it at once, one gets it', async () => {
    const address = await newAddress();
    const locks = await Promise.all(upTo(20).map(() => take(address)));
    expect(locks.filter(Boolean)).toHaveLength(1);
  });

  it('is held against other processes', async () => {
    const address = await newAddress();
    expect(await take(address)).toBeDefined();
    expect(await takeLockElsewhere(address).says()).toBe('busy');
  });

  it('is free when another process has released it', async () => {
    const address = await newAddress();
    const holder = takeLockElsewhere(address);
    expect(await holder.says()).toBe('held');
    expect(await take(address)).toBeUndefined();
    holder.release();
    expect(await holder.says()).toBe('free');
    expect(await take(address)).toBeDefined();
  });

  it('is free when its holder was killed', async () => {
    const address = await newAddress();
    const holder = takeLockElsewhere(address);
    expect(await holder.says()).toBe('held');
    await holder.kill('SIGKILL');
    expect(await take(address)).toBeDefined();
    expect(await take(address)).toBeUndefined();
  });

  it('does not keep its process running', async () => {
    const holder = takeLockElsewhere(
      await newAddress(),
      `import { takeLock } from '${source}';
       console.log(await takeLock(JSON.parse(process.argv[1])) ? 'held' : 'busy');`,
    );
    expect(await holder.says()).toBe('held');
    expect(await holder.ended).toBe(0);
  });
});

describe('a socket file that a killed process has left behind', () => {
  /** The holder is killed, and its file stands. */
  async function leftBehind(): Promise<string> {
    const address = await socketFile();
    const holder = takeLockElsewhere(address);
    expect(await holder.says()).toBe('held');
    await holder.kill('SIGKILL');
    await access(address);
    return address;
  }

  it('is replaced by the next that wants the lock, which holds it then', async () => {
    const address = await leftBehind();
    expect(await take(address)).toBeDefined();
    expect(await takeLockElsewhere(address).says()).toBe('busy');
  });

  it('is replaced by one of many that come at once', async () => {
    // Whoever removes the file late would remove the one that another has just made. That does not happen each time.
    const holders: number[] = [];
    for (const round of upTo(100)) {
      const address = `${await socketFile()}.${round}`;
      const server = createServer().listen(`${address}.first`);
      await once(server, 'listening');
      // A second name stays when the socket is closed, and refuses as the file of a killed process does.
      await link(`${address}.first`, address);
      await new Promise((resolve) => {
        server.close(resolve);
      });
      const locks = await Promise.all(upTo(8).map(() => take(address)));
      holders.push(locks.filter(Boolean).length);
    }
    expect(holders).toEqual(upTo(100).map(() => 1));
  });

  it('is gone once its next holder has released the lock', async () => {
    const address = await leftBehind();
    const lock = await take(address);
    await lock?.release();
    await expect(access(address)).rejects.toThrow('ENOENT');
    await expect(access(`${address}.new`)).rejects.toThrow('ENOENT');
  });
});

describe('the address of the lock of a file', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('on %s is another one for each file', (system) => {
    const addresses = [lockAddress(system, 1n, 11n), lockAddress(system, 11n, 1n), lockAddress(system, 1n, 1n)];
    expect(new Set(addresses).size).toBe(3);
    expect(lockAddress(system, 1n, 11n)).toBe(addresses[0]);
  });

  it('on Linux fills the whole address, for versions of Node fill the rest of a shorter one differently', () => {
    for (const inode of [1n, 2n ** 64n - 1n]) {
      expect(lockAddress('linux', 2n ** 64n - 1n, inode)).toMatch(/^\0[\w.-]{107}$/);
    }
  });

  it('elsewhere leaves room for a long temporary folder: macOS has 104 bytes, its folder takes 49', () => {
    const name = basename(lockAddress('darwin', 16_777_234n, 2n ** 64n - 1n));
    expect(`${name}.new\0`.length).toBeLessThanOrEqual(104 - 49);
  });
});
