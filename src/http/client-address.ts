import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../config.ts';

export type AddressOf = (raw: IncomingMessage) => string;

/** Whether a proxy, or a range of them, can be told by this: an address, a CIDR range, or a name such as `loopback`. */
export function isProxy(text: string): boolean {
  try {
    proxyAddr.compile(text);
    // A number alone, which elsewhere says how many proxies there are, would be the address 0.0.0.1.
    return !/^\d+$/.test(text);
  } catch {
    return false;
  }
}

/** How to tell who sent a request, as the framework does: behind proxies that are trusted, whom the last of them names. */
export function createAddressOf({
  KHABAR_TRUSTED_PROXIES: trusted,
}: Pick<Config, 'KHABAR_TRUSTED_PROXIES'>): AddressOf {
  if (trusted.length === 0) return (raw) => raw.socket.remoteAddress ?? '';
  const isTrusted = proxyAddr.compile([...trusted]);
  return (raw) => proxyAddr(raw, isTrusted);
}
