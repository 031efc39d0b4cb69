// Everything in one resource group. Whoever may not create resource groups deploys this file.

param location string = resourceGroup().location
param tags object = {}

@description('Makes names unique over all of Azure.')
@minLength(5)
param token string = uniqueString(resourceGroup().id)

param alertEmails string[] = []
param privateNetwork bool = false
param premiumBus bool = false
param zoneRedundant bool = true
param nodeVersion string = '24'
param instanceMemoryMB int = 2048
param maximumInstanceCount int = 40

@description('What main.bicep says of the app\'s settings.')
param app {
  connectorClientId: string
  publicUrl: string
  pollSchedule: string
  entraAuthority: string
  graphBaseUrl: string
  logLevel: string
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-tandem-${token}'
  location: location
  tags: tags
}

module network 'network.bicep' = if (privateNetwork) {
  name: 'network'
  params: { location: location, tags: tags, token: token }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.properties.principalId
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.properties.principalId
    isPrivate: privateNetwork
    isZoneRedundant: zoneRedundant
  }
}

module bus 'service-bus.bicep' = {
  name: 'service-bus'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.properties.principalId
    isPremium: premiumBus
    isPrivate: privateNetwork
  }
}

module vault 'key-vault.bicep' = {
  name: 'key-vault'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.properties.principalId
    isPrivate: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module endpoints 'private-endpoints.bicep' = if (privateNetwork) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    token: token
    networkId: network.?outputs.networkId ?? ''
    subnetId: network.?outputs.endpointSubnetId ?? ''
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
    busId: premiumBus ? bus.outputs.id : ''
  }
}

module functionApp 'function-app.bicep' = {
  name: 'function-app'
  params: {
    location: location
    tags: tags
    token: token
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    subnetId: privateNetwork ? (network.?outputs.appSubnetId ?? '') : ''
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    serviceBusNamespace: bus.outputs.host
    tableServiceUri: storage.outputs.tableServiceUri
    keyVaultUri: vault.outputs.uri
    app: app
  }
  // Where there is nothing else, the app reaches storage and vault by them.
  dependsOn: [endpoints]
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    token: token
    emails: alertEmails
    workspaceId: monitoring.outputs.workspaceId
    busId: bus.outputs.id
  }
}

output url string = functionApp.outputs.url
output vaultName string = vault.outputs.name
output identityPrincipalId string = identity.properties.principalId
