import type { Option } from './command.ts';

/** What every command takes. */
export const COMMON: Readonly<Record<string, Option>> = {
  url: { value: 'URL', help: 'the address of Tandem (TANDEM_URL)' },
  scope: {
    value: 'SCOPE',
    help: 'what to sign in for: api://CLIENTID/.default of the admin API (TANDEM_SCOPE)',
  },
  token: {
    value: 'TOKEN',
    help: 'a token instead; others on this machine can see it: better by TANDEM_TOKEN',
  },
  json: { help: "the API's JSON, for machines" },
  help: { help: 'this text' },
};
