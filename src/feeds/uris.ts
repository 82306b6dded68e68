import { isMediaUrl } from '../portable-text/links.ts';

/** What no part of a URI may hold as it is (RFC 3986, appendix A), of what URL leaves in a path, a query or a fragment. */
const foreign = /[^\w.~:/?#@!$&'()*+,;=%-]|%(?![\da-f]{2})|(?<=#.*)#/gi;

/**
 * A web address as the URI that other programs want (RFC 3986): people may write it with Arabic letters, quotes or
 * brackets. Null for what is no such address, because what is stored may be older than the rule.
 */
export function uriOf(address: string | null | undefined): string | null {
  if (!address || !isMediaUrl(address)) return null;
  const { href } = new URL(address);
  // Brackets stand in the host of an IPv6 address alone.
  const hostEnd = href.indexOf('/', 'https://'.length);
  return href.slice(0, hostEnd) + href.slice(hostEnd).replace(foreign, encodeURIComponent);
}
