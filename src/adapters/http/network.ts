import { isIPv4, isIPv6 } from 'node:net';

const GROUPS = 8;
/** One customer has these 64 bits of an IPv6 address, and the other 64 to choose from. */
const NETWORK_GROUPS = 4;
/** As some gateways write it: `203.0.113.7:1001`, `[2001:db8::1]:443`, `[2001:db8::1]`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;
/** What stands before an IPv4 address within IPv6: mapped (RFC 4291, 2.5.5.2), or behind a NAT64 (RFC 6052, 2.1). */
const IPV4_WITHIN: readonly string[] = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];
const DOTTED_END = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/**
 * Who is counted together with the sender of a request: an IPv4 address by itself, however it is written, an IPv6 address
 * with all others of its /64. A port does not count, and all that is no address counts as one: nobody is to choose from many.
 */
export const networkOf = (written: string): string => {
  const [, inBrackets, beforePort] = WITH_PORT.exec(written) ?? [];
  const address = inBrackets ?? beforePort ?? written;
  const [text = ''] = address.split('%');
  if (!isIPv6(text)) return isIPv4(text) ? text : 'no address';
  const groups = groupsOf(text);
  const named = (some: readonly number[]): string => some.map(group => group.toString(16)).join(':');
  if (IPV4_WITHIN.includes(named(groups.slice(0, -2))))
    return groups
      .slice(-2)
      .flatMap(group => [group >> 8, group & 0xff])
      .join('.');
  return `${named(groups.slice(0, NETWORK_GROUPS))}::/64`;
};

/** The eight groups of an IPv6 address. */
const groupsOf = (text: string): readonly number[] => {
  const inHex = text.replace(DOTTED_END, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [before = '', after] = inHex.split('::');
  const first = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].map(group => Number.parseInt(group, 16));
};
