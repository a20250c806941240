/** How the moments of an item are said: as a noun (`restoration`) and of many items (`were restored`). */
const MOMENTS: Readonly<Record<string, readonly [noun: string, happened: string]>> = {
  opened: ['opening', 'were opened'],
  acknowledged: ['first acknowledgement', 'were acknowledged'],
  in_progress: ['start of work', 'were taken up'],
  on_hold: ['being put on hold', 'were put on hold'],
  restored: ['restoration', 'were restored'],
  resolved: ['resolution', 'were resolved'],
  closed: ['closing', 'were closed'],
  reopened: ['reopening', 'were reopened'],
  cancelled: ['cancellation', 'were cancelled'],
  impact_started: ['start of impact', 'began to hurt'],
  first_response: ['first response', 'had their first response'],
  due: ['due time', 'were due'],
  reviewed: ['review', 'were reviewed'],
  review_due: ['due time of the review', 'were due for review'],
  started: ['start', 'started'],
  finished: ['finish', 'finished'],
  committed: ['commit', 'were committed'],
  deployed: ['deployment', 'were deployed'],
  raised: ['being raised', 'were raised'],
  cleared: ['clearing', 'cleared'],
  sent: ['being sent', 'were sent'],
  answered: ['answer', 'were answered'],
  decided: ['decision', 'were decided'],
  expires: ['expiry', 'expire'],
  held: ['being held', 'were held'],
  done: ['completion', 'were done'],
  made: ['being made', 'were made'],
  recovered: ['recovery', 'were recovered'],
  from: ['start', 'began'],
  to: ['end', 'ended'],
  evening: ['evening', 'began'],
};

const LINKED: Readonly<Record<string, string>> = {
  caused_by: 'the deployment that caused it',
  incident: 'its incident',
  alert: 'its alert',
};

/** `restoration`, `finish of the deployment that caused it`. */
export const noun = (moment: string): string => {
  const [link, name] = moment.split('.');
  if (name !== undefined)
    return `${MOMENTS[name]?.[0] ?? name.replaceAll('_', ' ')} of ${LINKED[link ?? ''] ?? `its ${link ?? ''}`}`;
  return MOMENTS[moment]?.[0] ?? moment.replaceAll('_', ' ');
};

/** What happened to many items: `were restored`. */
export const happened = (moment: string): string => {
  const [link, name] = moment.split('.');
  if (name !== undefined) return `saw the ${noun(moment)}`;
  return MOMENTS[link ?? '']?.[1] ?? `reached '${moment}'`;
};

/** `were restored` of one item: `was restored`. */
export const once = (many: string): string =>
  many.startsWith('were ')
    ? `was ${many.slice(5)}`
    : many === 'had their first response'
      ? 'had its first response'
      : many === 'expire'
        ? 'expires'
        : many;

/** `were opened` of the last time: `were last opened`. */
export const lately = (many: string): string => (many.startsWith('were ') ? `were last ${many.slice(5)}` : `last ${many}`);
