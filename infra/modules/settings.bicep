// The app's settings, as docs/operations.md explains them. None of them is a secret; what is
// empty is not set.

param functionAppName string
param hostName string
param identityClientId string
param storageName string
param insightsConnectionString string
param serviceBusNamespace string
param tableServiceUri string
param keyVaultUri string
param app object

resource functionApp 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: functionApp
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: storageName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    SERVICEBUS__fullyQualifiedNamespace: serviceBusNamespace
    SERVICEBUS__credential: 'managedidentity'
    SERVICEBUS__clientId: identityClientId
    TABLES__tableServiceUri: tableServiceUri
    KEY_VAULT_URI: keyVaultUri
    AZURE_CLIENT_ID: identityClientId
    ENTRA_AUTHORITY: app.entraAuthority
    GRAPH_BASE_URL: app.graphBaseUrl
    PUBLIC_URL: empty(app.publicUrl) ? 'https://${hostName}' : app.publicUrl
    CONNECTOR_CLIENT_ID: app.connectorClientId
    ADMIN_AUDIENCE: app.connectorClientId
    ADMIN_ISSUER: empty(app.connectorClientId) ? '' : '${app.entraAuthority}/${tenant().tenantId}/v2.0'
    POLL_SCHEDULE: app.pollSchedule
    WEBHOOKS_TO_LOOPBACK: 'no'
    LOG_LEVEL: app.logLevel
    // It says where telemetry goes; the identity is what lets it in.
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    languageWorkers__node__arguments: '--max-semi-space-size=8 --max-old-space-size=128'
  }
}
