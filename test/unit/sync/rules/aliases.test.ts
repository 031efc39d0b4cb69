import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../../lib/sync/entry.ts';
import { aliasesOf, DEFAULT_ALIASES, parseAliases } from '../../../../lib/sync/rules/aliases.ts';

const known = [
  'givenName',
  'surname',
  'onPremisesSamAccountName',
  'employeeId',
  'accountEnabled',
  'businessPhones',
  'constructor',
  '__proto__',
];
const ada: Properties = {
  givenName: 'Ada',
  surname: 'Lovelace',
  onPremisesSamAccountName: 'alove',
  employeeId: 7,
  accountEnabled: false,
  businessPhones: ['555', '556'],
};
const yielded = (text: string, properties: Properties = ada) =>
  aliasesOf(parseAliases(text, known), properties);

describe('parseAliases', () => {
  it('tells the properties in their right spelling, each once', () => {
    const text = '%GIVENNAME%.%surname%;%onpremisessamaccountname%; %givenName% ';
    const templates = parseAliases(text, known);
    expect(templates.text).toBe(text);
    expect(templates.sources).toEqual(['givenName', 'surname', 'onPremisesSamAccountName']);
    expect(templates.parts).toHaveLength(3);
  });

  it('takes its own default', () => {
    expect(parseAliases(DEFAULT_ALIASES, known).sources).toEqual(['onPremisesSamAccountName']);
  });

  it.each([
    [
      'an unknown property',
      'x%nick%',
      /^aliases: there is no property "nick"; there are givenName, surname, .* \(at 1\)$/,
    ],
    ['an unknown property further on', '%surname%; %surname%%nick%', /"nick".*\(at 20\)$/],
    ['blanks in a name', '% surname %', /"\s*surname\s*".*\(at 0\)$/],
    ['a name that no list holds', '%toString%', /"toString".*\(at 0\)$/],
    ['an emoji for a name', '%🚀%', /"🚀".*\(at 0\)$/],
    ['a sign that is not closed', 'a;b%surname', /not closed; write %property%, or %% .*\(at 3\)$/],
    ['a sign alone', '%', /not closed.*\(at 0\)$/],
    ['a sign closed only in the next template', '%sur;name%', /not closed.*\(at 0\)$/],
    ['three signs', '%%%', /not closed.*\(at 2\)$/],
    ['nothing', '', /a template is empty; .*\(at 0\)$/],
    ['blanks', '  ', /a template is empty.*\(at 0\)$/],
    ['nothing between', 'a;;b', /a template is empty.*\(at 2\)$/],
    ['nothing at the end', 'a;', /a template is empty.*\(at 2\)$/],
    ['eleven templates', Array(11).fill('a').join(';'), /more than 10 templates \(at 20\)$/],
    ['1,001 characters', 'a'.repeat(1_001), /longer than 1000 characters \(at 1000\)$/],
  ])('refuses %s', (_, text, message) => {
    const parse = () => parseAliases(text, known);
    expect(parse).toThrow(expect.objectContaining({ code: 'bad-request', retryable: false }));
    expect(parse).toThrow(message);
  });

  it('takes ten templates, and 1,000 characters', () => {
    expect(parseAliases(Array(10).fill('a').join(';'), known).parts).toHaveLength(10);
    expect(parseAliases('a'.repeat(1_000), known).sources).toEqual([]);
  });
});

describe('aliasesOf', () => {
  it.each([
    ['a property', '%surname%', ['Lovelace']],
    ['properties and text', 'x-%givenName%_%surname%', ['x-Ada_Lovelace']],
    ['properties side by side', '%givenName%%surname%', ['AdaLovelace']],
    [
      'what an alias may not hold left out beside it',
      '%givenName%.%surname%',
      ['Ada.Lovelace', 'AdaLovelace'],
    ],
    [
      'in the order of the templates',
      '%onPremisesSamAccountName%;%surname%',
      ['alove', 'Lovelace'],
    ],
    ['once, in the first spelling', '%surname%;LOVELACE;%surname%', ['Lovelace']],
    [
      'a variant that another template spells',
      '%givenName% %surname%;adalovelace',
      ['Ada Lovelace', 'AdaLovelace'],
    ],
    ['blanks around a template', '  %surname%  ;\t%givenName%', ['Lovelace', 'Ada']],
    ['a letter composed of two once', '\u00c4rzte;A\u0308rzte', ['\u00c4rzte']],
    ['a percent sign', '100%%', ['100%']],
    ['percent signs around a property', '%%%surname%%%', ['%Lovelace%']],
    ['percent signs alone', '%%%%', ['%%']],
    ['a number', 'e%employeeId%', ['e7']],
    ['a boolean', '%accountEnabled%', ['false']],
    ['the first of several', '%businessPhones%', ['555']],
    ['nothing but what is left out', '. . .', ['. . .']],
  ])('%s', (_, text, aliases) => {
    expect(yielded(text)).toEqual(aliases);
  });

  it.each<[string, Properties, readonly string[]]>([
    ['absent', {}, []],
    ['cleared', { surname: null }, []],
    ['empty', { surname: '' }, []],
    ['blank', { surname: ' \t' }, []],
    ['an empty list', { surname: [] }, []],
    ['a list of nothing', { surname: [null, 'x'] }, []],
    ['an object', { surname: { a: 'x' } }, []],
    ['zero', { surname: 0 }, ['0']],
    ['blanks around', { surname: ' Lovelace ' }, ['Lovelace']],
    ['percent signs in the value', { surname: '%givenName%' }, ['%givenName%']],
    ['semicolons in the value', { surname: 'a;b' }, ['a;b', 'ab']],
    [
      'all that is left out',
      { surname: '"[]:;|=+*?<>/\\,. \u00a0x' },
      ['"[]:;|=+*?<>/\\,. \u00a0x', 'x'],
    ],
    ['only that', { surname: '...' }, ['...']],
    ['emoji', { surname: '🚀 Ada' }, ['🚀 Ada', '🚀Ada']],
    ['right-to-left text', { surname: 'عادة لوفليس' }, ['عادة لوفليس', 'عادةلوفليس']],
    ['256 characters', { surname: 'a'.repeat(256) }, ['a'.repeat(256)]],
    ['300 characters', { surname: 'a'.repeat(300) }, []],
    ['too long only with its full stops', { surname: 'a.'.repeat(150) }, ['a'.repeat(150)]],
  ])('of a property that is %s', (_, properties, aliases) => {
    expect(yielded('%surname%', properties)).toEqual(aliases);
  });

  it('leaves out a template with one empty property, and keeps the others', () => {
    const properties = { givenName: 'Ada' };
    expect(yielded('%givenName%.%surname%;%givenName%;x%surname%', properties)).toEqual(['Ada']);
  });

  it('does not take what every object has for a property', () => {
    expect(yielded('%constructor%;%__proto__%;x')).toEqual(['x']);
    expect(yielded('%constructor%', { constructor: 'c' })).toEqual(['c']);
  });

  it('yields no more than 20', () => {
    const text = Array.from({ length: 10 }, (_, index) => `%surname%.${index}`).join(';');
    expect(yielded(text)).toHaveLength(20);
  });
});
