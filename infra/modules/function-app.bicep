param location string
param tags object
param token string
param identityId string
param identityClientId string
param storageName string
param packageContainer string
param subnetId string
param nodeVersion string
param instanceMemoryMB int
param maximumInstanceCount int
param insightsConnectionString string
param serviceBusNamespace string
param tableServiceUri string
param keyVaultUri string
param app object

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-tandem-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource functionApp 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-tandem-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'connector' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // Graph, Entra's provisioning service and the application call from outside.
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' }
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // Graph holds back notifications from an address that answers later than after 3 s, as a cold start does.
        alwaysReady: [{ name: 'http', instanceCount: 1 }]
      }
    }
  }
}

// Only tokens of Entra deploy; there is no password.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for name in ['scm', 'ftp']: {
    parent: functionApp
    name: name
    properties: { allow: false }
  }
]

module settings 'settings.bicep' = {
  name: 'settings'
  params: {
    functionAppName: functionApp.name
    hostName: functionApp.properties.defaultHostName
    identityClientId: identityClientId
    storageName: storageName
    insightsConnectionString: insightsConnectionString
    serviceBusNamespace: serviceBusNamespace
    tableServiceUri: tableServiceUri
    keyVaultUri: keyVaultUri
    app: app
  }
}

output url string = 'https://${functionApp.properties.defaultHostName}'
