import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** IPv4 that is written as IPv6 (`::ffff:7f00:1`) in its own way, and without an interface (`%eth0`). */
function plain(address: string): string {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

/** The addresses that a host stands for; none when it cannot be resolved, for then nothing can be reached. */
async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => plain(address));
  } catch {
    return [];
  }
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Whether a connection to `address` comes to a server that listens on `bound`; the port is the same. */
function reaches(address: string, bound: string): boolean {
  // Who connects to "any address" comes to this machine.
  const target = isAny(address) ? (isIPv6(address) ? '::1' : '127.0.0.1') : address;
  if (!isAny(bound)) return target === bound;
  if (bound === '0.0.0.0' && isIPv6(target)) return false;
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries?.map((entry) => plain(entry.address)));
  return isLoopback(target) || own.includes(target);
}

/** Whether an address leads to the listener on this host and port of this machine. */
export async function reachesListener(url: URL, { host, port }: { host: string; port: number }): Promise<boolean> {
  if (Number(url.port || (url.protocol === 'https:' ? 443 : 80)) !== port) return false;
  const [targets, bounds] = await Promise.all([addressesOf(url.hostname.replace(/^\[|\]$/g, '')), addressesOf(host)]);
  return targets.some((target) => bounds.some((bound) => reaches(target, bound)));
}
