import { isIPv6 } from 'node:net';

/**
 * What requests from one place are counted by: an IPv4 address, or the /64 that an IPv6 address is in, because one
 * subscriber has all of that (RFC 6177).
 */
export function addressKey(ip: string): string {
  const known = keys.get(ip);
  if (known !== undefined) return known;
  if (keys.size >= addressesKept) keys.clear();
  const key = readAddress(ip);
  keys.set(ip, key);
  return key;
}

/** Few addresses send most requests, and telling their kinds apart is slow. */
const keys = new Map<string, string>();
const addressesKept = 10_000;

function readAddress(ip: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = (ip.split('%')[0] ?? '').split('::');
  const first = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const written = first.length + last.length + (ip.includes('.') ? 1 : 0);
  const groups = tail === undefined ? first : [...first, ...Array<string>(8 - written).fill('0'), ...last];
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(':')}::/64`;
}
