import { BlockList, isIP } from 'node:net';

/** IPv4 that is no public host (IANA IPv4 special-purpose registry), and Azure's own wire server. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only 2000::/3 is global unicast, but for these, some of which carry IPv4 inside. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const special = listOf([
  ...SPECIAL_IPV4.map((range) => [range, 'ipv4'] as const),
  ...SPECIAL_IPV6.map((range) => [range, 'ipv6'] as const),
]);
const global = listOf([['2000::/3', 'ipv6']]);
const loopback = listOf([
  ['127.0.0.0/8', 'ipv4'],
  ['::1/128', 'ipv6'],
]);

/** Whether an IP address is one that anybody on the internet may have. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Whether it is the machine's own. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function listOf(ranges: readonly (readonly [range: string, family: 'ipv4' | 'ipv6'])[]) {
  const list = new BlockList();
  for (const [range, family] of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
