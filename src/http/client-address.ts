import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../config.ts';

export type AddressOf = (raw: IncomingMessage) => string;

/** How to tell who sent a request, as the framework does: behind proxies that are trusted, whom the last of them names. */
export function createAddressOf({
  KHABAR_TRUSTED_PROXIES: trusted,
}: Pick<Config, 'KHABAR_TRUSTED_PROXIES'>): AddressOf {
  if (trusted.length === 0) return (raw) => raw.socket.remoteAddress ?? '';
  const isTrusted = proxyAddr.compile([...trusted]);
  return (raw) => proxyAddr(raw, isTrusted);
}
