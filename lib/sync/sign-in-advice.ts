/** What an administrator does about a sign-in that Entra refuses, by AADSTS number. */
export const SIGN_IN_ADVICE: ReadonlyMap<string, string> = new Map([
  // Entra docs: AADSTS error codes.
  ['7000215', 'enter the secret’s value (not its id) as a new credential'],
  [
    '7000222',
    'the client secret has expired: make a new one in the app registration, and enter it',
  ],
  [
    '7000112',
    'the application is disabled in the tenant: enable it there (enterprise applications)',
  ],
  ['7000229', 'the application is not in the tenant: let an administrator consent (authorize)'],
  ['700016', 'the application is not in the tenant: check the client id, or consent (authorize)'],
  ['700027', 'upload the certificate to the app registration, or enter the one that is there'],
  ['70021', 'add a federated credential for this identity to the app registration'],
  ['700211', 'correct the issuer of the federated credential in the app registration'],
  ['700212', 'correct the audience of the federated credential: api://AzureADTokenExchange'],
  ['700213', 'correct the subject of the federated credential: the identity’s object id'],
  ['90002', 'there is no such tenant: check the tenant id'],
  ['53003', 'exclude the application from the conditional access policy that blocks it'],
  ['530035', 'security defaults block the sign-in: allow the application in the tenant'],
  ['65001', 'let an administrator of the tenant consent (authorize)'],
  ['50011', 'add the callback address to the redirect URIs of the app registration'],
]);

/** The AADSTS number in an error's words. */
function aadstsOf(message: string): string | undefined {
  return /\bAADSTS(\d{4,10})\b/.exec(message)?.[1];
}

/** What to do about an error of the Entra side. @param code the error's own, beside its words */
export function signInAdvice(code: string, message = ''): string {
  const number = aadstsOf(message);
  const known = number === undefined ? undefined : SIGN_IN_ADVICE.get(number);
  if (known !== undefined) return known;
  switch (code) {
    case 'credential-refused':
      return 'check client id and secret, or add another credential';
    case 'access-denied':
      return 'grant the permission to the application and consent (authorize)';
    case 'bad-configuration':
      return 'correct the settings of the app';
    default:
      return 'nothing: it is tried again';
  }
}
