import type { Call } from './call.ts';
import { type FunctionTable, ofText, simple } from './definition.ts';
import { valuesOfName } from './distinguished-name.ts';
import type { Evaluator } from './node.ts';
import { sidOfBytes, sidOfText } from './sid.ts';
import { type ExpressionValue, isList } from './value.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How bytes are read as text; what fits no character becomes U+FFFD, or ? in ASCII, as in .NET. */
const DECODERS: ReadonlyMap<string, (bytes: Uint8Array) => string> = new Map([
  ['Unicode', decodeUtf16],
  ['UTF8', decodeUtf8],
  ['ASCII', decodeAscii],
]);

/** Functions that read or write the notations of other systems. */
export const ENCODING_FUNCTIONS: FunctionTable = {
  ConvertFromBase64: {
    min: 1,
    max: 2,
    mayBeEmpty: (index) => index === 1,
    prepare: prepareConvertFromBase64,
  },

  /** Of UTF-16, little-endian: what Microsoft calls Unicode. */
  ConvertToBase64: ofText((text) => Buffer.from(text, 'utf16le').toString('base64')),

  ConvertToUTF8Hex: ofText((text) => Buffer.from(text, 'utf8').toString('hex').toUpperCase()),

  /** 1-based, from the left; null where there is no such component. */
  DNComponent: simple([2], (call, scope) => {
    const name = call.text(scope, 0);
    const index = call.count(scope, 1);
    if (index < 1) return call.fail('components count from 1');
    if (name === null) return null;
    const values = valuesOfName(name) ?? call.fail('the text is no distinguished name');
    return values[index - 1] ?? null;
  }),

  /** Of bytes in base64, as directories give them, or in a list; a SID in text stays as it is. */
  StringFromSid: simple([1], (call, scope) => {
    const value = call.value(scope, 0);
    if (value === null) return null;
    const isBytes = isList(value) && value.length > 1;
    const text = isBytes ? sidOfBytes(bytesOf(value)) : sidOfText(call.text(scope, 0) ?? '');
    return text ?? call.fail('the value is no security identifier');
  }),
};

function prepareConvertFromBase64(call: Call): Evaluator {
  const decoderOf = call.prepared(
    1,
    (encoding) => DECODERS.get(encoding) ?? call.fail('the encoding is Unicode, ASCII or UTF8'),
  );
  return (scope) => {
    const text = call.text(scope, 0)?.replace(/[ \t\r\n]/g, '');
    const decode = decoderOf(scope) ?? decodeUtf16;
    if (text === undefined) return null;
    return BASE64.test(text)
      ? decode(Buffer.from(text, 'base64'))
      : call.fail('the text is no base64');
  };
}

function decodeUtf16(bytes: Uint8Array): string {
  return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes);
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function decodeAscii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : '?')).join('');
}

/** The bytes of a list; none where an item is no byte. */
function bytesOf(items: readonly ExpressionValue[]): Uint8Array {
  const isByte = (item: ExpressionValue) => Number.isInteger(item) && item === (Number(item) & 255);
  return items.every(isByte) ? Uint8Array.from(items, Number) : new Uint8Array();
}
