import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText, plainText } from '../../../lib/cli/text/plain-text.ts';

it.each([
  ['a sequence that clears the screen', '\u001b[2J', '\ufffd[2J'],
  ['one that sets the title', '\u001b]0;x\u0007', '\ufffd]0;x\ufffd'],
  ['the same by C1', '\u009b2J', '\ufffd2J'],
  ['a line break, a tab, a return', 'a\nb\tc\rd', 'a\ufffdb\ufffdc\ufffdd'],
  ['DEL', 'a\u007f', 'a\ufffd'],
  ['text that runs backwards', '\u202eexe.txt', '\ufffdexe.txt'],
  ['names of the world', 'Anaïs Øst 田中 🙂', 'Anaïs Øst 田中 🙂'],
])('%s', (_, text, expected) => {
  expect(plainText(text)).toBe(expected);
});

it('nothing steers a terminal, whatever a text holds, and JSON keeps its value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(plainText(text)).not.toMatch(/\p{Cc}/u);
      const json = jsonText({ text });
      expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
