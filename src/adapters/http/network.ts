import { isIPv4, isIPv6 } from 'node:net';

const GROUPS = 8;
/** One customer has these 64 bits of an IPv6 address, and the other 64 to choose from. */
const NETWORK_GROUPS = 4;
/** As some gateways write it: `203.0.113.7:1001`, `[2001:db8::1]:443`, `[2001:db8::1]`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Who is counted together with the sender of a request: an IPv4 address by itself, an IPv6 address with all others of its
 * /64. A port does not count, and all that is no address counts as one: nobody is to choose from many.
 */
export const networkOf = (written: string): string => {
  const [, inBrackets, beforePort] = WITH_PORT.exec(written) ?? [];
  const address = inBrackets ?? beforePort ?? written;
  const [, mapped] = MAPPED_IPV4.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [text = ''] = address.split('%');
  if (!isIPv6(text)) return isIPv4(text) ? text : 'no address';
  const [before = '', after] = text.split('::');
  const first = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  const groups = [...first, ...zeros, ...last].slice(0, NETWORK_GROUPS);
  return `${groups.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
};
