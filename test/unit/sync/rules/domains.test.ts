import { describe, expect, it } from 'vitest';
import { domainPatternSchema, isOfDomains } from '../../../../lib/sync/rules/domains.ts';

const label = 'a'.repeat(63);

describe('domainPatternSchema', () => {
  it.each([
    ['example.com', 'example.com'],
    ['*.example.com', '*.example.com'],
    ['  Example.COM ', 'example.com'],
    ['*.BÜCHER.example', '*.xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    // The same letter, composed of two.
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['مثال.إختبار', 'xn--mgbh0fb.xn--kgbechtv'],
    ['💩.la', 'xn--ls8h.la'],
    ['*.de', '*.de'],
    ['constructor.example', 'constructor.example'],
    [`${label}.${label}.${label}.example`, `${label}.${label}.${label}.example`],
  ])('takes %j as %j', (text, pattern) => {
    expect(domainPatternSchema.parse(text)).toBe(pattern);
  });

  it.each([
    '',
    ' ',
    '*',
    '*.',
    '.',
    'contoso',
    '__proto__',
    'example.com.',
    '.example.com',
    'example..com',
    '*.*.example.com',
    '*example.com',
    'eu.*.example.com',
    '-a.example',
    'a_b.example',
    '@example.com',
    'ada@example.com',
    'https://example.com',
    'example.com/path',
    'example.com:443',
    'example.com?x',
    'example.com#x',
    'example.com\\x',
    'ex%61mple.com',
    'ex\tample.com',
    'exa mple.com',
    'example.com example.org',
    'xn--☃.example',
    '192.168.1.1',
    '1.2',
    `${label}a.example`,
    `${'a.'.repeat(150)}example`,
    'ü'.repeat(300),
  ])('refuses %j', (text) => {
    const { error } = domainPatternSchema.safeParse(text);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'a domain is written as example.com, or as *.example.com for all of its subdomains',
    ]);
  });

  it('refuses what is no text', () => {
    expect(domainPatternSchema.safeParse(7).success).toBe(false);
  });
});

describe('isOfDomains', () => {
  it.each([
    ['the very domain', 'ada@example.com', ['example.com'], true],
    ['another case', 'Ada@EXAMPLE.com', ['example.com'], true],
    ['a pattern in another case', 'ada@example.com', ['EXAMPLE.com'], true],
    ['one of several', 'ada@example.org', ['example.com', 'example.org'], true],
    ['a subdomain is not the domain', 'ada@eu.example.com', ['example.com'], false],
    ['a domain that only ends alike', 'ada@badexample.com', ['example.com'], false],
    ['a domain that only begins alike', 'ada@example.com.evil.org', ['example.com'], false],
    ['a subdomain', 'ada@eu.example.com', ['*.example.com'], true],
    ['a deeper one', 'ada@a.b.eu.example.com', ['*.example.com'], true],
    ['not the domain itself', 'ada@example.com', ['*.example.com'], false],
    ['no part of a label', 'ada@badexample.com', ['*.example.com'], false],
    ['Unicode, asked in punycode', 'ada@bücher.example', ['xn--bcher-kva.example'], true],
    ['punycode, asked in Unicode', 'ada@xn--bcher-kva.example', ['BÜCHER.example'], true],
    ['a subdomain in Unicode', 'ada@läden.bücher.example', ['*.bücher.example'], true],
    [
      'a guest by userPrincipalName',
      'ada_contoso.com#EXT#@tenant.onmicrosoft.com',
      ['tenant.onmicrosoft.com'],
      true,
    ],
    [
      'not by the domain that the guest comes from',
      'ada_contoso.com#EXT#@tenant.onmicrosoft.com',
      ['contoso.com'],
      false,
    ],
    ['the last @ counts', '"a@example.com"@example.org', ['example.com'], false],
    ['the last @ counts', '"a@example.com"@example.org', ['example.org'], true],
    ['blanks around', ' ada@example.com ', ['example.com'], true],
    ['no address', undefined, ['example.com'], false],
    ['an empty one', '', ['example.com'], false],
    ['no @', 'example.com', ['example.com'], false],
    ['nothing before the @', '@example.com', ['example.com'], false],
    ['nothing behind the @', 'ada@', ['example.com'], false],
    ['no patterns', 'ada@example.com', [], false],
    ['a pattern that is none', 'ada@', ['', '*', '*.', '__proto__'], false],
    ['what a URL would cut off', 'ada@example.com/.evil.org', ['example.com'], false],
    ['what a URL would decode', 'ada@ex%61mple.com', ['example.com'], false],
    ['a blank inside', 'ada@example.com evil.org', ['example.com'], false],
    ['an emoji in the name', '🚀@example.com', ['example.com'], true],
    ['right-to-left text', 'عادة@مثال.إختبار', ['مثال.إختبار'], true],
    ['300 characters', `${'a'.repeat(300)}@example.com`, ['example.com'], true],
    ['a domain of 300 characters', `ada@${'a'.repeat(300)}.example.com`, ['*.example.com'], false],
    ['a name from every object', '__proto__@constructor.example', ['constructor.example'], true],
  ])('%s', (_, address, patterns, expected) => {
    expect(isOfDomains(address, patterns)).toBe(expected);
  });
});
