const WORK_MAIL = 'emails[type eq "work"].value';
const DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

/** A user as a client creates it, and as the import writes it. */
export function scimUser(n: number | string) {
  const userName = `user${n}@example.com`;
  const [givenName, familyName] = [`Given ${n}`, `Family ${n}`];
  return {
    userName,
    displayName: `${givenName} ${familyName}`,
    name: { givenName, familyName },
    emails: [{ type: 'work', value: userName, primary: true }],
    title: `Title ${n}`,
    attributes: {
      userName,
      displayName: `${givenName} ${familyName}`,
      'name.givenName': givenName,
      'name.familyName': familyName,
      [WORK_MAIL]: userName,
      title: `Title ${n}`,
      [DEPARTMENT]: 'Sales',
    },
  };
}
