// What an operator must hear of. docs/operations.md names the metrics and log messages that are asked for.

param location string
param tags object
param token string
param emails string[]
param workspaceId string
param busId string

// Both questions give a row with a value for each connection. The first asks for a gauge, and for a line of
// the log that says the same where metrics are sent to another place.
var gauge = '''
union isfuzzy=true
  (AppMetrics
    | where Name == 'NAME'
    | project Connection = tostring(Properties.connection), Value = toreal(Max)),
  (AppTraces
    | where Message has 'SAID'
    | extend Line = parse_json(Message)
    | summarize Times = count() by Connection = tostring(coalesce(Line.connectionId, Line.tenantId))
    | project Connection, Value = iff(Times >= TIMES, ABOVE + 1.0, 0.0))
| summarize Value = max(Value) by Connection
'''

// How much a gauge has grown since the window began.
var growth = '''
AppMetrics
| where Name == 'NAME'
| extend Connection = tostring(Properties.connection)
| summarize (Since, First) = arg_min(TimeGenerated, Max), (Until, Last) = arg_max(TimeGenerated, Max) by Connection
| extend Value = toreal(Last - First)
'''

// A row comes back even where nothing came in: silence is what this one listens for.
var silence = '''
AppRequests
| where Name has 'poll-timer'
| summarize Runs = count()
| project Connection = 'all', Value = iff(Runs == 0, 1.0, 0.0)
'''

var rules = [
  {
    name: 'poll-old'
    title: 'A connection has not been polled for 10 minutes'
    severity: 1
    window: 'PT15M'
    threshold: 600
    query: gauge
    metric: 'tandem.poll.age'
    said: 'the Entra side could not be read'
    times: 4
  }
  {
    name: 'app-silent'
    title: 'The timer that asks for polls has not run for 15 minutes'
    severity: 1
    window: 'PT15M'
    threshold: 0
    query: silence
    metric: ''
    said: ''
    times: 0
  }
  {
    name: 'removals-held'
    title: 'The guard holds removals: approve or reject them'
    severity: 2
    window: 'PT15M'
    threshold: 0
    query: gauge
    metric: 'tandem.held'
    said: 'removals are held for an administrator'
    times: 1
  }
  {
    name: 'failures-growing'
    title: 'More objects than an hour ago cannot be brought in step'
    severity: 2
    window: 'PT1H'
    threshold: 0
    query: growth
    metric: 'tandem.failures'
    said: ''
    times: 0
  }
  {
    name: 'subscriptions-failing'
    title: 'No notifications from Graph; the polling goes on'
    severity: 3
    window: 'PT1H'
    threshold: 0
    query: gauge
    metric: 'tandem.subscriptions.failing'
    said: 'no notifications; the polling goes on'
    times: 1
  }
  {
    name: 'message-rejected'
    title: 'A message could not be handled: replay it or remove it'
    severity: 2
    window: 'PT15M'
    threshold: 0
    query: gauge
    metric: ''
    said: 'message rejected'
    times: 1
  }
]

// The words in capitals of the questions above.
var queries = [
  for rule in rules: replace(
    replace(replace(replace(rule.query, 'NAME', rule.metric), 'SAID', rule.said), 'TIMES', string(rule.times)),
    'ABOVE',
    string(rule.threshold)
  )
]

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-tandem-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'tandem'
    enabled: true
    emailReceivers: [
      for email in emails: {
        name: email
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource asked 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for (rule, index) in rules: {
    name: 'alert-tandem-${rule.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Tandem: ${rule.name}'
      description: rule.title
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.window == 'PT1H' ? 'PT15M' : 'PT5M'
      windowSize: rule.window
      autoMitigate: true
      // The tables come into being with the first telemetry, after this rule.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: queries[index]
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.threshold
            dimensions: [{ name: 'Connection', operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(emails) ? [] : [operators.id] }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-tandem-dead-letters-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages were dead-lettered; housekeeping moves them to the rejected messages'
    severity: 2
    enabled: true
    scopes: [busId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['polls', 'changes'] }]
        }
      ]
    }
    actions: empty(emails) ? [] : [{ actionGroupId: operators.id }]
  }
}
