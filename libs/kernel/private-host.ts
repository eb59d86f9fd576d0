/**
 * Whether an address (http:// or https://) leads to this machine or a private network by its very
 * text: loopback and private addresses (RFC 1918, RFC 4193), names without a domain, and names that
 * are kept for local use. Whatever else it may be counts as the internet.
 */
export function isPrivateAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/\.$/, '');
  if (host.startsWith('[')) return PRIVATE_IPV6.test(host);
  if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.test(host);
  return !host.includes('.') || LOCAL_NAMES.test(host);
}

/** As the URL standard writes them, whatever notation was given. */
const PRIVATE_IPV4 = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;
const PRIVATE_IPV6 = /^\[(::1\]|f[cd])/;
const LOCAL_NAMES = /\.(localhost|local|internal|home\.arpa)$/;
