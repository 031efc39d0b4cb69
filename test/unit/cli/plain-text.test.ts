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

it('JSON is of the same value, with nothing that steers', () => {
  const name = 'x\u009b2J\u202e\n';
  expect(jsonText([name])).toBe('[\n  "x\\u009b2J\\u202e\\n"\n]');
  expect(JSON.parse(jsonText([name]))).toEqual([name]);
});
