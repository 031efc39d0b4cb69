param location string
param tags object
param token string
param principalId string
param isPremium bool
param isPrivate bool

var queues = ['polls', 'changes']

// The scale controller asks for a queue's length with the app's identity, and only this role lets it:
// with Receiver and Sender it guesses, and queues may wait (Azure docs: Service Bus connections,
// scaling permissions).
var dataOwner = '090c5cfd-751d-490a-894a-3ce6f1109419'

var tier = isPremium ? 'Premium' : 'Standard'

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb-tandem-${token}'
  location: location
  tags: tags
  sku: isPremium ? { name: tier, tier: tier, capacity: 1 } : { name: tier, tier: tier }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate && isPremium ? 'Disabled' : 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for name in queues: {
    parent: bus
    name: name
    properties: {
      requiresSession: true
      lockDuration: 'PT1M'
      // The bus delivers again at once and without pause: redelivery is for crashes.
      maxDeliveryCount: 1000
      maxSizeInMegabytes: 5120
    }
  }
]

resource queueRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in queues: {
    name: guid(queue[index].id, principalId, dataOwner)
    scope: queue[index]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataOwner)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

output id string = bus.id
output host string = replace(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
