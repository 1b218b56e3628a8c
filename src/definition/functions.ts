/** Functions of the bridge that a SIMPLE task can name in `function`. */
export const knownFunctions = [
  'echo',
  'log_to_file',
  'log_to_incident',
  'create_0ut_alert',
  'notify_commander',
  'notify_team',
  'snapshot_workflow_state',
  'preserve_state',
  'generate_incident',
] as const;

/** Those that make sense as a step of a failure workflow. */
export const failureActions: readonly string[] = knownFunctions.filter((name) => name !== 'echo');

/** What an alert can do. */
export const alertActions = [
  'alert_performance_issue',
  'alert_stability_issue',
  'alert_critical_compliance_issue',
  'notify_team',
] as const;
