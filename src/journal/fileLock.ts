import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A lock that is held until it is released or the process ends, however it ends. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * The address of the lock of a file. Node has no flock(2), lock files outlive a killed process, and the ids in them
 * are used again; a listening socket is freed by the kernel with its process. Linux has names for such sockets that
 * leave nothing behind (seen within one network namespace), Windows has pipes; elsewhere it is a socket file.
 */
export function lockAddress(platform: NodeJS.Platform, device: bigint, inode: bigint): string {
  const name = `roistat-hook-journal-${device}-${inode}`;
  if (platform === 'linux') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => resolve(server.unref()));
  });
}

/** Whether somebody listens there; a socket file that a dead process left behind refuses. */
function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Takes the lock, or undefined when another process (or another journal of this one) holds it. */
export async function takeLock(address: string): Promise<FileLock | undefined> {
  let server = await listen(address);
  const isSocketFile = address.startsWith('/');
  if (!server && isSocketFile && !(await isAlive(address))) {
    await rm(address, { force: true });
    server = await listen(address);
  }
  if (!server) return undefined;
  const held = server;
  return { release: () => new Promise((resolve) => held.close(() => resolve())) };
}
