const maxLength = 2000;

/**
 * Whether a link may be stored and shown: http, https, mailto, tel, or an address within the site. White space and
 * control characters are refused outright, because browsers drop some of them before they look for the scheme.
 */
export function isSafeHref(href: string): boolean {
  if (href === '' || href.length > maxLength || /[\0-\x20\x7f-\xa0\u2028\u2029]/.test(href)) return false;
  const scheme = /^([^/?#]*?):/.exec(href)?.[1]?.toLowerCase();
  if (scheme === undefined) return !isHostRelative(href) || URL.canParse(`https:${href}`);
  if (scheme === 'http' || scheme === 'https') return isMediaUrl(href);
  return scheme === 'mailto' || scheme === 'tel';
}

/** Whether an image or an embed may be fetched from here: only a full http or https URL. */
export function isMediaUrl(url: string): boolean {
  return url.length <= maxLength && /^https?:\/\/[^\s\0-\x20\x7f]+$/i.test(url) && URL.canParse(url);
}

/** Whether a link leaves the site. */
export function isOutside(href: string): boolean {
  return /^https?:/i.test(href) || isHostRelative(href);
}

/** Browsers read a backslash as a slash. */
function isHostRelative(href: string): boolean {
  return /^[/\\]{2}/.test(href);
}
