targetScope = 'subscription'

@description('Name of this deployment, such as tandem-prod; part of the names of what is made.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region; Flex Consumption and availability decide which.')
param location string

@description('The connector\'s app registration, as setup-entra prints it; empty until it exists.')
param connectorClientId string = ''

@description('Where the app is reached from outside, such as https://sync.example.com; empty = its own host name.')
param publicUrl string = ''

@description('Who hears of alerts.')
param alertEmails string[] = []

@description('Puts storage and vault behind private endpoints, and the bus where its tier has them.')
param privateNetwork bool = false

@description('Service Bus in its Premium tier, the only one with private endpoints.')
param premiumBus bool = false

@description('Copies of the storage account in three zones; false in regions that have none.')
param zoneRedundant bool = true

@description('Memory of an instance. A worker stays below 300 MB; the Functions host comes on top.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Node; 22 in a region whose Flex Consumption has no 24.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Instances at most, for each group of functions that scales by itself.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('When to look, NCRONTAB with six fields, UTC.')
param pollSchedule string = '0 */3 * * * *'

@description('Where tokens for Graph come from; another one in national clouds.')
param entraAuthority string = 'https://login.microsoftonline.com'

@description('Graph\'s origin; another one in national clouds.')
param graphBaseUrl string = 'https://graph.microsoft.com'

@description('The alerts go by lines of the level info.')
@allowed(['debug', 'info'])
param logLevel string = 'info'

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module connector 'modules/connector.bicep' = {
  name: 'connector'
  scope: group
  params: {
    location: location
    tags: tags
    token: uniqueString(subscription().id, environmentName, location)
    alertEmails: alertEmails
    privateNetwork: privateNetwork
    premiumBus: premiumBus
    zoneRedundant: zoneRedundant
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    app: {
      connectorClientId: connectorClientId
      publicUrl: publicUrl
      pollSchedule: pollSchedule
      entraAuthority: entraAuthority
      graphBaseUrl: graphBaseUrl
      logLevel: logLevel
    }
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output TANDEM_URL string = connector.outputs.url
output TANDEM_VAULT_NAME string = connector.outputs.vaultName
output TANDEM_IDENTITY_PRINCIPAL_ID string = connector.outputs.identityPrincipalId
