import { describe, expect, it } from 'vitest';
import { addressKey } from '../../src/http/address.ts';

describe('what requests are counted by', () => {
  it('is an IPv4 address as it is, also inside IPv6', () => {
    expect(addressKey('203.0.113.7')).toBe('203.0.113.7');
    expect(addressKey('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('is the same for every address of one IPv6 /64, however it is written', () => {
    const written = [
      '2001:db8:1:2::1',
      '2001:0db8:0001:0002:0000:0000:0000:0001',
      '2001:DB8:1:2:aaaa:bbbb:cccc:dddd',
      '2001:db8:1:2:ffff::',
      '2001:db8:1:2::203.0.113.7',
    ];
    expect(new Set(written.map(addressKey))).toEqual(new Set(['2001:db8:1:2::/64']));
  });

  it('differs between two IPv6 /64', () => {
    expect(addressKey('2001:db8:1:3::1')).not.toBe(addressKey('2001:db8:1:2::1'));
    expect(addressKey('::1')).toBe('0:0:0:0::/64');
    expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('is whatever it was told where that is no address', () => {
    expect(addressKey('unknown')).toBe('unknown');
  });
});
