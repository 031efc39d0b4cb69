using './main.bicep'

// azd sets these from its environment: azd env set TANDEM_ALERT_EMAIL ops@example.com
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'tandem')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param connectorClientId = readEnvironmentVariable('TANDEM_CLIENT_ID', '')
param publicUrl = readEnvironmentVariable('TANDEM_PUBLIC_URL', '')
param alertEmails = filter(split(readEnvironmentVariable('TANDEM_ALERT_EMAIL', ''), ','), email => !empty(email))
param privateNetwork = readEnvironmentVariable('TANDEM_PRIVATE_NETWORK', '') == 'true'
param zoneRedundant = readEnvironmentVariable('TANDEM_ZONE_REDUNDANT', '') != 'false'
param premiumBus = readEnvironmentVariable('TANDEM_PREMIUM_BUS', '') == 'true'
