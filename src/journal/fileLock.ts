import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A lock that is held until it is released or the process ends, however it ends. */
export interface FileLock {
  release(): Promise<void>;
}

/** Length of the address of a socket on Linux (sun_path). */
const addressBytes = 108;

/**
 * The address of the lock of a file. Node has no flock(2), lock files outlive a killed process, and the ids in them
 * are used again; a listening socket is freed by the kernel with its process. Linux has names for such sockets that
 * leave nothing behind (seen within one network namespace), Windows has pipes; elsewhere it is a socket file.
 */
export function lockAddress(platform: NodeJS.Platform, device: bigint, inode: bigint): string {
  // Short, for other platforms have 104 bytes for the whole path, and their temporary folder takes half of them.
  const name = `roistat-hook-${device}-${inode}`;
  // Node 20 fills the address up with NULs, later ones do not: only a name of full length is the same for all.
  if (platform === 'linux') return `\0${name}`.padEnd(addressBytes, '.');
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

/** Whether the socket file is one that a dead process left behind: it refuses, as no other error says. */
function isLeftBehind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/**
 * Takes the place of a socket file that was left behind. One process at a time: a second one would remove the file
 * that the first has just made. Who dies here leaves the lock held for good, which costs a name but no record.
 */
async function replaceLeftBehind(address: string): Promise<Server | undefined> {
  const turn = await listen(`${address}.new`);
  if (!turn) return undefined;
  try {
    if (await isLeftBehind(address)) await rm(address, { force: true });
    return await listen(address);
  } finally {
    await stopListening(turn);
  }
}

/** Takes the lock, or undefined when another process (or another journal of this one) holds it. */
export async function takeLock(address: string): Promise<FileLock | undefined> {
  let server = await listen(address);
  const isSocketFile = address.startsWith('/');
  if (!server && isSocketFile && (await isLeftBehind(address))) server = await replaceLeftBehind(address);
  if (!server) return undefined;
  const held = server;
  return { release: () => stopListening(held) };
}
