import { BlockList, isIP } from 'node:net';

const ranges: ReadonlyArray<readonly [string, number, 'ipv4' | 'ipv6']> = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
];

/** Whether the host of an address is this machine or one of a private network, as far as its name tells. */
export function isPrivateHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  // A name without dots is one of a local network or of containers.
  if (family === 0) return !host.includes('.') || /\.(?:localhost|local|internal|test|lan|home\.arpa)$/.test(host);
  const list = new BlockList();
  for (const range of ranges) list.addSubnet(...range);
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
