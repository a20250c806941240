/**
 * The kinds of item an event can speak of, and the fields each may carry. This one table drives what
 * a source may map, what a KPI may ask for, and which columns exist.
 */

/** Normalised states, in the order that breaks ties at one instant. */
export const STATES = [
  'opened',
  'acknowledged',
  'in_progress',
  'on_hold',
  'restored',
  'resolved',
  'closed',
  'reopened',
  'cancelled',
] as const;
export type State = (typeof STATES)[number];

/**
 * What a field holds.
 * - `instant`: epoch milliseconds · `code`: one of many short texts · `flag`: true or false
 * - `number`: a finite number · `person`: a pseudonym · `instants`: a list of epoch milliseconds
 */
export type FieldType = 'instant' | 'code' | 'flag' | 'number' | 'person' | 'instants';

export interface KindShape {
  /** How KPI files name the collection, e.g. `incidents`. */
  readonly plural: string;
  /** Whether items pass through STATES. */
  readonly hasStates: boolean;
  /** The field or state whose instant an item is counted in unless the KPI says otherwise. */
  readonly countedIn: string;
  /** Own fields beside the common ones (team, service, severity, zone). */
  readonly fields: Readonly<Record<string, FieldType>>;
  /** True when a number over it says what a person bore or answered (DESIGN: people are not metrics). */
  readonly isPersonal: boolean;
  /** Derived kinds are computed from others and never stored. */
  readonly isDerived: boolean;
}

/** Fields that every kind may carry. `severity` is 1 (worst) to 5; `zone` an IANA zone name. */
export const COMMON_FIELDS: Readonly<Record<string, FieldType>> = {
  team: 'code',
  service: 'code',
  severity: 'number',
  severity_raw: 'code',
  zone: 'code',
};

const stored = (
  plural: string,
  hasStates: boolean,
  countedIn: string,
  fields: Record<string, FieldType>,
  isPersonal = false,
): KindShape => ({
  plural,
  hasStates,
  countedIn,
  fields,
  isPersonal,
  isDerived: false,
});
const derived = (plural: string, countedIn: string, fields: Record<string, FieldType>, isPersonal: boolean): KindShape => ({
  plural,
  hasStates: false,
  countedIn,
  fields,
  isPersonal,
  isDerived: true,
});

export const KINDS = {
  incident: stored('incidents', true, 'opened', {
    impact_started: 'instant',
    cause: 'code',
    planned: 'flag',
    merged_into: 'code',
    caused_by: 'code',
  }),
  ticket: stored('tickets', true, 'opened', {
    type: 'code',
    due: 'instant',
    first_response: 'instant',
    runbook: 'code',
    caused_by: 'code',
    merged_into: 'code',
  }),
  deployment: stored('deployments', false, 'finished', {
    environment: 'code',
    started: 'instant',
    finished: 'instant',
    outcome: 'code', // succeeded | failed | cancelled
    purpose: 'code', // release | hotfix | rollback
    commits: 'instants',
    rolls_back: 'code',
  }),
  alert: stored('alerts', false, 'raised', { key: 'code', runbook: 'code', raised: 'instant', cleared: 'instant' }),
  page: stored('pages', false, 'sent', {
    alert: 'code',
    key: 'code',
    incident: 'code',
    responder: 'person',
    sent: 'instant',
    answered: 'instant',
    needed_action: 'flag',
  }),
  shift: stored('shifts', false, 'to', { rotation: 'code', responder: 'person', from: 'instant', to: 'instant' }, true),
  membership: stored(
    'memberships',
    false,
    'from',
    { rotation: 'code', responder: 'person', from: 'instant', to: 'instant' },
    true,
  ),
  escalation: stored('escalations', false, 'raised', {
    incident: 'code',
    raised: 'instant',
    answered: 'instant',
    closed: 'instant',
  }),
  request: stored('requests', true, 'opened', { type: 'code', decided: 'instant', expires: 'instant' }),
  session: stored('sessions', false, 'held', {
    type: 'code',
    held: 'instant',
    invited: 'number',
    attended: 'number',
    incident: 'code',
    outcome: 'code', // of game days: completed | stopped | halted (a limit agreed before ended it)
  }),
  action: stored('actions', true, 'opened', { origin: 'code', due: 'instant', done: 'instant' }),
  feedback: stored(
    'feedback',
    false,
    'answered',
    { instrument: 'code', subject: 'code', score: 'number', invited: 'number', answered: 'instant', responder: 'person' },
    true,
  ),
  link: stored('links', false, 'made', { made: 'instant', from: 'code', to: 'code', relation: 'code', grade: 'code' }),
  change: derived(
    'changes',
    'deployed',
    { committed: 'instant', deployed: 'instant', environment: 'code', is_first: 'flag' },
    false,
  ),
  closing: derived(
    'closings',
    'closed',
    { closed: 'instant', reopened: 'instant', type: 'code', runbook: 'code', merged_into: 'code' },
    false,
  ),
  seat: derived('seats', 'held', { held: 'instant', type: 'code', attended: 'flag' }, false),
  interruption: derived(
    'interruptions',
    'started',
    { responder: 'person', started: 'instant', on_shift: 'flag', pages: 'number' },
    true,
  ),
  disrupted_hour: derived('disrupted_hours', 'started', { responder: 'person', started: 'instant', on_shift: 'flag' }, true),
  night: derived('nights', 'evening', { responder: 'person', evening: 'instant', quality: 'code', hours: 'number' }, true), // quality: quiet | broken | lost
} as const satisfies Record<string, KindShape>;

export type Kind = keyof typeof KINDS;

export const isKind = (text: string): text is Kind => Object.hasOwn(KINDS, text);
