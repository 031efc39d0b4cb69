import { RANDOM_FUNCTIONS } from '../../../../lib/sync/expressions/random-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const ROWS: Readonly<Record<string, Rows>> = {
  Guid: {
    examples: [['Guid()', {}, '80808080-8080-4080-8080-808080808080']],
    nulls: [['IsNull(Guid())', {}, false]],
    errors: [['Guid(1)', {}, 'Guid: takes 0 arguments, not 1 (at 0)']],
  },
  RandomString: {
    examples: [
      ['RandomString(6,3,0,0,3)', {}, '5n5n5n'],
      ['Len(RandomString(10,2,2,2,1,"?,"))', {}, 10],
      ['RandomString(0,0,0,0,0)', {}, ''],
    ],
    nulls: [['RandomString(2,2,0,0,0,[avoid])', {}, '55']],
    errors: [
      ['RandomString(257,0,0,0,0)', {}, 'RandomString: the length is 0 to 256 (at 0)'],
      ['RandomString(3,1,1,1,1)', {}, 'RandomString: the minimums exceed the length (at 0)'],
      ['RandomString(3,-1,1,1,1)', {}, 'RandomString: a minimum is negative (at 0)'],
      [
        'RandomString(1,1,0,0,0,"0123456789")',
        {},
        'RandomString: no character is left to choose from (at 0)',
      ],
      ['RandomString([n],0,0,0,0)', {}, 'RandomString: argument 1 is no whole number (at 0)'],
    ],
  },
};

describeRows('random functions', RANDOM_FUNCTIONS, ROWS);
