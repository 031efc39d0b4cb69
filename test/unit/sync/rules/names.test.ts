import { describe, expect, it } from 'vitest';
import { namesFrom } from '../../../../lib/sync/rules/names.ts';

const long = 'a'.repeat(300);

describe('namesFrom', () => {
  it.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada King Lovelace', 'Ada King', 'Lovelace'],
    ['  Ada \t\n Lovelace\u00a0 ', 'Ada', 'Lovelace'],
    ['J. R. R. Tolkien', 'J. R. R.', 'Tolkien'],
    ["Conan O'Brien", 'Conan', "O'Brien"],
    ['Jean-Luc Picard', 'Jean-Luc', 'Picard'],
    // The surname first.
    ['Lovelace, Ada', 'Ada', 'Lovelace'],
    ['Lovelace,Ada King', 'Ada King', 'Lovelace'],
    ['King Lovelace, Ada', 'Ada', 'King Lovelace'],
    ['Lovelace, Ada, ACME', 'Ada', 'Lovelace'],
    ['Lovelace,', 'Lovelace', 'Lovelace'],
    [', Ada', 'Ada', 'Ada'],
    ['山田 太郎', '太郎', '山田'],
    ['김 민준', '민준', '김'],
    // One word.
    ['Cher', 'Cher', 'Cher'],
    ['山田太郎', '山田太郎', '山田太郎'],
    ['van Dyck', 'van Dyck', 'van Dyck'],
    ['ada@example.com', 'ada@example.com', 'ada@example.com'],
    // Particles.
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Johann Wolfgang von Goethe', 'Johann Wolfgang', 'von Goethe'],
    ['Jan van der Meer', 'Jan', 'van der Meer'],
    ["Jacobus van 't Hoff", 'Jacobus', "van 't Hoff"],
    ['Maria da Silva Santos', 'Maria', 'da Silva Santos'],
    ['Juan de la Cruz', 'Juan', 'de la Cruz'],
    ['Ali bin Abu Talib', 'Ali', 'bin Abu Talib'],
    ['Omar al Bashir', 'Omar', 'al Bashir'],
    ["Jeanne d'Arc", 'Jeanne', "d'Arc"],
    ['José Ortega y Gasset', 'José', 'Ortega y Gasset'],
    ['João Costa e Silva', 'João', 'Costa e Silva'],
    ['Ada y Juan Lovelace', 'Ada y Juan', 'Lovelace'],
    ['Al Gore', 'Al', 'Gore'],
    ['Van Morrison', 'Van', 'Morrison'],
    ['Vincent Van Gogh', 'Vincent Van', 'Gogh'],
    ['Kim van', 'Kim', 'van'],
    ['van Beethoven, Ludwig', 'Ludwig', 'van Beethoven'],
    ['Beethoven, Ludwig van', 'Ludwig', 'van Beethoven'],
    ['Meer, Jan van der', 'Jan', 'van der Meer'],
    ['Beethoven, van', 'van', 'Beethoven'],
    // Titles.
    ['Dr. Ada Lovelace', 'Ada', 'Lovelace'],
    ['DR Ada Lovelace', 'Ada', 'Lovelace'],
    ['Prof. Dr. med. Ada Lovelace', 'Ada', 'Lovelace'],
    ['Frau Dipl.-Ing. Ada Lovelace', 'Ada', 'Lovelace'],
    ['Lovelace, Dr. Ada', 'Ada', 'Lovelace'],
    ['Ada Lovelace, PhD', 'Ada', 'Lovelace'],
    ['Lovelace, Ada, Ph.D.', 'Ada', 'Lovelace'],
    ['Lovelace, Dr., Ada', 'Ada', 'Lovelace'],
    ['Martin Luther King Jr.', 'Martin Luther', 'King'],
    ['John Smith III', 'John', 'Smith'],
    ['Dr. Lovelace', 'Lovelace', 'Lovelace'],
    ['Prof. Dr.', 'Dr.', 'Dr.'],
    ['Frau, Anna', 'Anna', 'Frau'],
    ['Mag Murphy', 'Mag', 'Murphy'],
    ['Ma, Jack', 'Jack', 'Ma'],
    ['Ada MBA', 'Ada', 'MBA'],
    // What is left out.
    ['Ada Lovelace (Extern)', 'Ada', 'Lovelace'],
    ['Ada Lovelace(Extern)', 'Ada', 'Lovelace'],
    ['Ada Lovelace [ACME (EU)]', 'Ada', 'Lovelace'],
    ['[EXT] Lovelace, Ada', 'Ada', 'Lovelace'],
    ['Ada (Countess) Lovelace', 'Ada', 'Lovelace'],
    ['Ada(Countess)Lovelace', 'Ada', 'Lovelace'],
    ['Ada Lovelace （外部）', 'Ada', 'Lovelace'],
    ['Ada Lovelace (Ext', 'Ada', 'Lovelace'],
    ['Ada Lovelace) :-)', 'Ada', 'Lovelace'],
    ['Ada Lovelace (Sales, EU)', 'Ada', 'Lovelace'],
    ['Ada Lovelace | ACME', 'Ada', 'Lovelace'],
    ['Lovelace, Ada|ACME, Rome', 'Ada', 'Lovelace'],
    ['| Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada - Lovelace', 'Ada', 'Lovelace'],
    // Emoji.
    ['🚀 Ada Lovelace 🚀', 'Ada', 'Lovelace'],
    ['Ada🚀Lovelace', 'Ada', 'Lovelace'],
    ['Ada 👩🏽‍💻 Lovelace 🇮🇹', 'Ada', 'Lovelace'],
    ['Ada ❤️ Lovelace 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'Ada', 'Lovelace'],
    // Right-to-left text, and marks of direction.
    ['عادة لوفليس', 'عادة', 'لوفليس'],
    ['לאבלייס, עדה', 'עדה', 'לאבלייס'],
    ['لوفليس، عادة', 'عادة', 'لوفليس'],
    ['علي بن أبي طالب', 'علي', 'بن أبي طالب'],
    ['\u202bעדה\u202c \u200fלאבלייס', 'עדה', 'לאבלייס'],
    // A joiner that letters need stays.
    ['علی\u200cرضا کریمی', 'علی\u200cرضا', 'کریمی'],
    // Hostile ones.
    ['__proto__', '__proto__', '__proto__'],
    ['constructor __proto__', 'constructor', '__proto__'],
    ['Ada\u0000Lovelace', 'Ada', 'Lovelace'],
    ['<b>Ada</b> Lovelace', 'Ada', 'Lovelace'],
    [`${long} ${long}`, long, long],
    [`Lovelace, ${long}`, long, 'Lovelace'],
  ])('%s', (displayName, givenName, familyName) => {
    expect(namesFrom(displayName, {})).toEqual({ givenName, familyName });
  });

  it.each([
    undefined,
    '',
    '  ',
    '🚀',
    '(Extern)',
    '((',
    '|',
    ',',
    ', ,',
    '- | -',
    '\u202e',
    '👩🏽‍💻',
  ])('yields nothing of %j', (displayName) => {
    expect(namesFrom(displayName, {})).toEqual({});
    expect(namesFrom(displayName, { givenName: 'Ada' })).toEqual({ givenName: 'Ada' });
  });

  it.each([
    ['both are known', 'X Y', { givenName: 'Ada', familyName: 'King' }, 'Ada', 'King'],
    ['the surname is missing', 'Ada Lovelace', { givenName: 'Ada' }, 'Ada', 'Lovelace'],
    ['the given name is missing', 'Ada Lovelace', { familyName: 'Lovelace' }, 'Ada', 'Lovelace'],
    ['what is known stays as it is', 'Ada Lovelace', { givenName: ' Áda ' }, ' Áda ', 'Lovelace'],
    ['blank is missing', 'Ada Lovelace', { givenName: ' ', familyName: '' }, 'Ada', 'Lovelace'],
    [
      'a surname of two words',
      'Maria Santos Silva',
      { familyName: 'santos silva' },
      'Maria',
      'santos silva',
    ],
    [
      'a given name of two words',
      'Ada King Lovelace',
      { givenName: 'Ada King' },
      'Ada King',
      'Lovelace',
    ],
    ['one given name of two', 'Ada King Lovelace', { givenName: 'Ada' }, 'Ada', 'King Lovelace'],
    ['the surname comes first', 'Nagy Ferenc', { familyName: 'Nagy' }, 'Ferenc', 'Nagy'],
    ['the given name comes last', 'Nagy Ferenc', { givenName: 'Ferenc' }, 'Ferenc', 'Nagy'],
    ['the display name says otherwise', 'Ada Lovelace', { familyName: 'King' }, 'Ada', 'King'],
    ['it is the one word', 'Ada', { givenName: 'Ada' }, 'Ada', 'Ada'],
    ['it is no part', 'Ada', { familyName: 'Lovelace' }, 'Ada', 'Lovelace'],
    ['it is an emoji', 'Ada Lovelace', { givenName: '🚀' }, '🚀', 'Lovelace'],
    ['a comma', 'Lovelace, Ada', { givenName: 'Augusta' }, 'Augusta', 'Lovelace'],
    ['a title', 'Dr. Ada Lovelace', { familyName: 'Lovelace' }, 'Ada', 'Lovelace'],
    ['a name from every object', 'Ada', { familyName: '__proto__' }, 'Ada', '__proto__'],
  ])('fills in only what is missing: %s', (_, displayName, known, givenName, familyName) => {
    expect(namesFrom(displayName, known)).toEqual({ givenName, familyName });
  });

  it.each([
    ['brackets', '('.repeat(100_000)],
    ['commas', 'a,'.repeat(100_000)],
    ['blanks', `Ada${' '.repeat(100_000)}Lovelace`],
    ['emoji', '🚀'.repeat(100_000)],
  ])('is done at once with 100,000 %s', (_, displayName) => {
    expect(() => namesFrom(displayName, {})).not.toThrow();
  });
});
