import { describe, expect, it } from 'vitest';
import {
  carriesToken,
  graphUrl,
  isNextLink,
  ownLink,
  parseGraphBase,
} from '../../../lib/entra/graph-base.ts';

const base = parseGraphBase('https://graph.example');

describe('parseGraphBase', () => {
  it.each([
    ['https://graph.microsoft.com', 'https://graph.microsoft.com/v1.0'],
    ['https://graph.microsoft.com/', 'https://graph.microsoft.com/v1.0'],
    ['https://GRAPH.microsoft.com:443', 'https://graph.microsoft.com/v1.0'],
    ['https://localhost:8443/tenant-a/', 'https://localhost:8443/tenant-a/v1.0'],
  ])('takes %s for %s', (baseUrl, root) => {
    expect(parseGraphBase(baseUrl).root).toBe(root);
  });

  it('asks for tokens of the origin alone', () => {
    expect(parseGraphBase('https://graph.microsoft.com').scope).toBe(
      'https://graph.microsoft.com/.default',
    );
    expect(parseGraphBase('https://localhost:8443/a').scope).toBe(
      'https://localhost:8443/.default',
    );
  });

  it.each([
    'http://graph.example',
    'graph.example',
    '',
    'https://me@graph.example',
    'https://a/?b',
  ])('refuses %j', (baseUrl) => {
    expect(() => parseGraphBase(baseUrl)).toThrow(
      expect.objectContaining({ code: 'bad-configuration' }),
    );
  });
});

describe('graphUrl', () => {
  it('leaves commas readable and encodes the rest', () => {
    expect(graphUrl(base, '/users/delta', { $select: 'id,mail', $filter: "id eq 'a&b'" })).toBe(
      "https://graph.example/v1.0/users/delta?$select=id,mail&$filter=id%20eq%20'a%26b'",
    );
    expect(graphUrl(base, '/users')).toBe('https://graph.example/v1.0/users');
  });
});

describe('ownLink', () => {
  it.each([
    'https://graph.example/v1.0/users/delta?$skiptoken=a-b_c',
    'https://graph.example/v1.0/groups/delta()?$deltatoken=a%2Fb',
    'https://graph.example:443/V1.0/users/delta?$deltaToken=x',
    'HTTPS://Graph.Example/v1.0/users/microsoft.graph.delta?$skipToken=x&y=1',
  ])('follows %s', (link) => {
    expect(ownLink(base, link)).toBe(new URL(link).href);
  });

  it.each([
    ['another host', 'https://graph.evil/v1.0/users/delta?$skiptoken=a'],
    ['a host that begins alike', 'https://graph.example.evil/v1.0/users/delta'],
    ['a host with a dot at its end', 'https://graph.example./v1.0/users/delta'],
    ['another port', 'https://graph.example:8443/v1.0/users/delta'],
    ['plain http', 'http://graph.example/v1.0/users/delta'],
    ['a user name', 'https://graph.example@evil/v1.0/users/delta'],
    ['credentials', 'https://a:b@graph.example/v1.0/users/delta'],
    ['a backslash', 'https://graph.example\\@evil/v1.0/users/delta'],
    ['another version', 'https://graph.example/beta/users/delta'],
    ['a version that begins alike', 'https://graph.example/v1.0evil/users'],
    ['steps upwards', 'https://graph.example/v1.0/../beta/users'],
    ['encoded steps upwards', 'https://graph.example/v1.0/%2e%2e/beta/users'],
    ['an encoded slash', 'https://graph.example/v1.0/..%2Fbeta/users'],
    ['a relative path', '/v1.0/users/delta?$skiptoken=a'],
    ['no scheme', '//graph.example/v1.0/users/delta'],
    ['another scheme', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('refuses %s', (_, link) => {
    expect(() => ownLink(base, link)).toThrow(expect.objectContaining({ code: 'bad-link' }));
  });

  it('holds links under the path of a base that has one', () => {
    const inner = parseGraphBase('https://localhost:8443/a');
    expect(ownLink(inner, 'https://localhost:8443/a/v1.0/users')).toMatch(/users$/);
    expect(() => ownLink(inner, 'https://localhost:8443/b/v1.0/users')).toThrow();
  });

  it('keeps the link out of the message', () => {
    expect(() => ownLink(base, 'https://evil/v1.0/?$skiptoken=secret')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('what a link carries', () => {
  it.each([
    ['https://graph.example/v1.0/users/delta?$skiptoken=a', true, true],
    ['https://graph.example/v1.0/users/delta?%24skipToken=a', true, true],
    ['https://graph.example/v1.0/users/delta?$deltaToken=a', true, false],
    ['https://graph.example/v1.0/users/delta?$select=id', false, false],
    ['nonsense', false, false],
  ])('%s', (link, token, next) => {
    expect([carriesToken(link), isNextLink(link)]).toEqual([token, next]);
  });
});
