import { ENCODING_FUNCTIONS } from '../../../../lib/sync/expressions/encoding-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const sid = 'AQUAAAAAAAUVAAAAoGXPfnhLm1/nfIdwUAQAAA==';

const ROWS: Readonly<Record<string, Rows>> = {
  ConvertFromBase64: {
    examples: [
      ['ConvertFromBase64("SABlAGwAbABvACAAdwBvAHIAbABkACEA")', {}, 'Hello world!'],
      ['ConvertFromBase64("SGVsbG8gd29ybGQh", UTF8)', {}, 'Hello world!'],
      ['ConvertFromBase64("SGXpbGxv", ASCII)', {}, 'He?llo'],
      ['ConvertFromBase64([a], Unicode)', { a: 'SAB\nlAA==' }, 'He'],
      ['ConvertFromBase64("AQD9/w==", )', {}, '\u0001\ufffd'],
    ],
    nulls: [['ConvertFromBase64([a])', {}, null]],
    errors: [
      ['ConvertFromBase64("a-b")', {}, 'ConvertFromBase64: the text is no base64 (at 0)'],
      [
        'ConvertFromBase64("AAAA", "UTF7")',
        {},
        'ConvertFromBase64: the encoding is Unicode, ASCII or UTF8 (at 0)',
      ],
    ],
  },
  ConvertToBase64: {
    examples: [['ConvertToBase64("Hello world!")', {}, 'SABlAGwAbABvACAAdwBvAHIAbABkACEA']],
    nulls: [['ConvertToBase64([a])', {}, null]],
    errors: [['ConvertToBase64()', {}, 'ConvertToBase64: takes 1 argument, not 0 (at 0)']],
  },
  ConvertToUTF8Hex: {
    examples: [
      ['ConvertToUTF8Hex("Hello world!")', {}, '48656C6C6F20776F726C6421'],
      // The sample of the docs shows the value of another id.
      [
        'Join("", 1000, Replace(ConvertToUTF8Hex([id]), , "[a-zA-Z_]*", , "", , ))',
        { id: '00aa-bb' },
        '10003030616126262',
      ],
    ],
    nulls: [['ConvertToUTF8Hex([a])', {}, null]],
    errors: [['ConvertToUTF8Hex(,)', {}, 'ConvertToUTF8Hex: takes 1 argument, not 2 (at 0)']],
  },
  DNComponent: {
    examples: [
      ['DNComponent([dn],1)', { dn: 'cn=Joe,ou=Sales,dc=contoso' }, 'Joe'],
      ['DNComponent([dn],2)', { dn: 'cn=Joe, OU = Sales,dc=contoso' }, 'Sales'],
      ['DNComponent([dn],1)', { dn: 'cn=Doe\\, Jane,ou=x' }, 'Doe, Jane'],
      ['DNComponent([dn],1)', { dn: 'cn=Zo\\C3\\AB \\2B,ou=x' }, 'Zoë +'],
      ['DNComponent([dn],4)', { dn: 'cn=Joe,ou=Sales' }, null],
    ],
    nulls: [['DNComponent([dn],1)', {}, null]],
    errors: [
      ['DNComponent("Joe",1)', {}, 'DNComponent: the text is no distinguished name (at 0)'],
      ['DNComponent("cn=a,,dc=b",1)', {}, 'DNComponent: the text is no distinguished name (at 0)'],
      ['DNComponent("cn=Joe",0)', {}, 'DNComponent: components count from 1 (at 0)'],
    ],
  },
  StringFromSid: {
    examples: [
      [
        'StringFromSid([objectSid])',
        { objectSid: sid },
        'S-1-5-21-2127521184-1604012920-1887927527-1104',
      ],
      ['StringFromSid([sid])', { sid: 'S-1-5-32-544' }, 'S-1-5-32-544'],
      ['StringFromSid([sid])', { sid: [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0] }, 'S-1-5-18'],
    ],
    nulls: [['StringFromSid([objectSid])', {}, null]],
    errors: [
      ['StringFromSid("x")', {}, 'StringFromSid: the value is no security identifier (at 0)'],
      [
        'StringFromSid("AQUAAAAAAAUVAAAA")',
        {},
        'StringFromSid: the value is no security identifier (at 0)',
      ],
      [
        'StringFromSid([a])',
        { a: [1, 256] },
        'StringFromSid: the value is no security identifier (at 0)',
      ],
    ],
  },
};

describeRows('encoding functions', ENCODING_FUNCTIONS, ROWS);
