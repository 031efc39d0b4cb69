/** What .NET takes for white space (Char.IsWhiteSpace): JavaScript's has U+FEFF, and lacks U+0085. */
const BLANK = /[\t-\r\u0085\p{Z}]/u;

/** Text without white space around it. By hand: a pattern would try every blank inside as an end. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANK.test(text.charAt(start))) start += 1;
  while (end > start && BLANK.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
