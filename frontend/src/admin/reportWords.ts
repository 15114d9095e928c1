type Appearance = 'success' | 'warning' | 'information' | 'neutral';

interface ReportStateView {
  readonly label: string;
  readonly appearance: Appearance;
}

const STATES: Readonly<Record<string, ReportStateView>> = {
  received: { label: 'Received', appearance: 'information' },
  triaged: { label: 'In work', appearance: 'information' },
  waiting: { label: 'Waits for the reporter', appearance: 'warning' },
  solved: { label: 'Solved', appearance: 'success' },
  closed: { label: 'Closed', appearance: 'neutral' },
};

const SEVERITIES: Readonly<Record<string, string>> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
  blocking: 'Blocking',
};

const SAID: Readonly<Record<string, string>> = {
  user_reply: 'The reporter',
  staff_reply: 'Support',
  state: 'State',
};

/** A word that a newer service knows is shown as it is. */
export function reportState(state: string): ReportStateView {
  return STATES[state] ?? { label: state, appearance: 'neutral' };
}

export function severityWord(severity: string): string {
  return SEVERITIES[severity] ?? severity;
}

export function saidBy(kind: string): string {
  return SAID[kind] ?? kind;
}
