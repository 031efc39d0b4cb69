import type { Step } from './plan.ts';

/** A step as a sentence. */
export function inWords(step: Step): string {
  switch (step.do) {
    case 'create-application':
      return `register the application ${step.body.displayName}, with the roles Sync.Read, Sync.Operate and Sync.Admin`;
    case 'update-application':
      return `set of the registration: ${Object.keys(step.body).join(', ')}`;
    case 'expose-api':
      return 'name the admin API api://CLIENTID and let the Azure CLI ask for its tokens';
    case 'create-service-principal':
      return 'create its service principal in this tenant';
    case 'create-federated':
      return `trust the managed identity ${step.body.subject} in place of a secret`;
    case 'update-federated':
      return `trust the managed identity ${step.body.subject} in place of the one before`;
    case 'grant':
      return `grant ${step.permission} of Microsoft Graph`;
    case 'revoke':
      return `take back ${step.permission} of Microsoft Graph`;
    case 'assign':
      return `give ${step.principalId} the role Sync.Admin`;
  }
}
