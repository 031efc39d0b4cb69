param location string
param tags object
param token string
param networkId string
param subnetId string
param storageId string
param vaultId string

@description('Empty where the tier has no private endpoints.')
param busId string

var storageSuffix = environment().suffixes.storage

var endpoints = concat(
  [
    { name: 'blob', resource: storageId, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
    { name: 'table', resource: storageId, group: 'table', zone: 'privatelink.table.${storageSuffix}' }
    { name: 'vault', resource: vaultId, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
  ],
  empty(busId)
    ? []
    : [{ name: 'bus', resource: busId, group: 'namespace', zone: 'privatelink.servicebus.windows.net' }]
)

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [
  for (endpoint, index) in endpoints: {
    parent: zone[index]
    name: 'tandem'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource privateEndpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: 'pe-tandem-${endpoint.name}-${token}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: { privateLinkServiceId: endpoint.resource, groupIds: [endpoint.group] }
        }
      ]
    }
  }
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, index) in endpoints: {
    parent: privateEndpoint[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.name, properties: { privateDnsZoneId: zone[index].id } }]
    }
  }
]
