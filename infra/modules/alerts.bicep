// What an operator must hear of. docs/operations.md names the lines of the log that are asked for.

param location string
param tags object
param token string
param emails string[]
param workspaceId string
param busId string

// Every question goes by lines of the app's log: the Functions host passes them on to Application Insights by
// itself, while metrics need a collector, and OpenTelemetry's mode knows no requests of timers (Azure docs:
// Use OpenTelemetry with Azure Functions, considerations). Each gives a row for a connection of which there is
// something to tell, and none for the others: every row is a series, which has a price.

// How old the last look at Entra is: what the connection's last line says, and the time since. That runs to the
// newest line of any, because lines arrive minutes after they were written.
var pollAge = '''
let lines = AppTraces
  | where Message has_any ('polls asked for', 'connection measured', 'sync switched', 'connection is leaving', 'connection removed')
  | extend Line = parse_json(Message)
  | project TimeGenerated, Said = tostring(Line.message), Connection = tostring(Line.connectionId), Age = coalesce(toreal(Line.pollAgeSeconds), 0.0);
let newest = toscalar(lines | summarize max(TimeGenerated));
lines
| where isnotempty(Connection)
| summarize arg_max(TimeGenerated, Said, Age) by Connection
| where Said == 'connection measured'
| project Connection, Value = Age + (newest - TimeGenerated) / 1s
| where Value > 600
'''

// A sum without groups is a row even where nothing came in: silence is what this one listens for.
var silence = '''
AppTraces
| where Message has_any ('polls asked for', 'connection measured')
| extend Line = parse_json(Message)
| extend Said = tostring(Line.message)
| summarize Asked = countif(Said == 'polls asked for'), Measured = countif(Said == 'connection measured'), Wanted = coalesce(max(toint(Line.connections)), 0)
| project Connection = 'all', Value = iff(Asked == 0 or (Wanted > 0 and Measured == 0), 1.0, 0.0)
| where Value > 0
'''

var held = '''
AppTraces
| where Message has_any ('connection measured', 'the removal of a connection waits for approval')
| extend Line = parse_json(Message)
| summarize arg_max(TimeGenerated, Line) by Connection = tostring(Line.connectionId)
| project Connection, Value = coalesce(toreal(Line.held), 1.0)
| where Value > 0
'''

// Lanes are counted once an hour: the last count against the first one of the window.
var growth = '''
AppTraces
| where Message has 'lanes measured'
| extend Line = parse_json(Message)
| extend Connection = tostring(Line.connectionId), Count = toreal(Line.outOfStep)
| summarize (Since, First) = arg_min(TimeGenerated, Count), (Until, Last) = arg_max(TimeGenerated, Count) by Connection
| project Connection, Value = Last - First
| where Value > 0
'''

var unsubscribed = '''
AppTraces
| where Message has 'no notifications; the polling goes on'
| extend Line = parse_json(Message)
| summarize Value = toreal(count()) by Connection = tostring(Line.tenantId)
'''

var rejected = '''
AppTraces
| where Message has 'message rejected'
| extend Line = parse_json(Message)
| summarize Value = toreal(count()) by Connection = tostring(Line.connectionId)
'''

var rules = [
  {
    name: 'poll-old'
    title: 'A connection has not been polled for 10 minutes'
    severity: 1
    frequency: 'PT5M'
    window: 'PT2H'
    threshold: 600
    query: pollAge
  }
  {
    name: 'app-silent'
    title: 'No polls are asked for, or none is done, for 15 minutes'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    threshold: 0
    query: silence
  }
  {
    name: 'removals-held'
    title: 'The guard holds removals: approve or reject them'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    threshold: 0
    query: held
  }
  {
    name: 'failures-growing'
    title: 'More objects than before cannot be brought in step'
    severity: 2
    frequency: 'PT15M'
    window: 'PT3H'
    threshold: 0
    query: growth
  }
  {
    name: 'subscriptions-failing'
    title: 'No notifications from Graph; the polling goes on'
    severity: 3
    frequency: 'PT15M'
    window: 'PT1H'
    threshold: 0
    query: unsubscribed
  }
  {
    name: 'message-rejected'
    title: 'A message could not be handled: replay it or remove it'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    threshold: 0
    query: rejected
  }
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
  for rule in rules: {
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
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      autoMitigate: true
      // The tables come into being with the first telemetry, after this rule.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
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
