import { expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../../../lib/net/public-address.ts';

it.each(['1.1.1.1', '20.50.2.3', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a01:111::1'])(
  '%s is public',
  (address) => {
    expect([isPublicAddress(address), isLoopbackAddress(address)]).toEqual([true, false]);
  },
);

it.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:1.1.1.1',
  '64:ff9b::a00:1',
  '2001:db8::1',
  '2002:a00:1::1',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'ff02::1',
  'localhost',
  '',
])('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['127.0.0.1', '127.9.9.9', '::1'])('%s is loopback', (address) => {
  expect(isLoopbackAddress(address)).toBe(true);
});
