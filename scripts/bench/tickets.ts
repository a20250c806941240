import { NEVER, type ItemColumns } from '../../server/event/columns.ts';
import { STATES } from '../../server/event/kinds.ts';
import { randomFrom } from '../../server/sources/demo/random.ts';
import { Integers, sharedBytes, sharedIntegers, sharedNumbers, uidsFor, unset } from './cells.ts';
import { teamName } from './organisation.ts';
import { END_SECOND, FIRST_SECOND, type Size } from './size.ts';

/** What SQL is given of tickets: flat, with the team that each was counted for already looked up. NEVER is null. */
export interface FlatTickets {
  readonly opened: Int32Array;
  readonly restored: Int32Array;
  readonly cancelled: Int32Array;
  readonly isMerged: Int32Array;
  /** As of the restoration. */
  readonly team: Int32Array;
  /** Number of the deployment that it blames. */
  readonly causedBy: Int32Array;
}

/** Times in which a ticket waited in one team's queue. */
export interface FlatQueue {
  readonly opened: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly team: Int32Array;
}

const [OPENED, IN_PROGRESS, RESOLVED, CLOSED, REOPENED, CANCELLED] = (
  ['opened', 'in_progress', 'resolved', 'closed', 'reopened', 'cancelled'] as const
).map((state) => STATES.indexOf(state));
const IS_OPEN = new Set([OPENED, IN_PROGRESS, REOPENED]);

/**
 * Tickets by team, ascending by when they were opened, as segments by team and month hold them. A fiftieth
 * each is cancelled, merged, or closed without resolution, a twentieth reopened, a twentieth moves to the
 * next team; those that would end after the last week are still open.
 */
export function makeTickets(size: Size): { columns: ItemColumns; flat: FlatTickets; queue: FlatQueue } {
  const { teams, tickets: length } = size;
  const column = (): Int32Array => sharedIntegers(length).fill(NEVER);
  const instants = {
    opened: column(),
    in_progress: column(),
    restored: column(),
    resolved: column(),
    closed: column(),
    reopened: column(),
    cancelled: column(),
    last_opened: column(),
  };
  const severity = sharedNumbers(length);
  const [type, mergedInto, causedBy] = [sharedIntegers(length), unset(length).codes, unset(length).codes];
  const stretchStart = sharedIntegers(length + 1);
  const [from, to, team] = [new Integers(length * 4), new Integers(length * 4), new Integers(length * 4)];
  const states = new Integers(length * 4);
  const counted = sharedIntegers(length);
  const queue = {
    opened: new Integers(length),
    from: new Integers(length),
    to: new Integers(length),
    team: new Integers(length),
  };
  const blamed: string[] = [];
  const blamedNumber: number[] = [];

  const perTeam = length / teams;
  const span = END_SECOND - FIRST_SECOND;
  for (let own = 0, row = 0; own < teams; own += 1) {
    const random = randomFrom('tickets', own);
    const other = (own + 1) % teams;
    for (let nth = 0; nth < perTeam && row < length; nth += 1, row += 1) {
      const opened = FIRST_SECOND + Math.floor(((nth + random.next()) / perTeam) * span);
      const fate = random.next();
      const pull = random.next();
      // Half an hour to eleven days, most of them short.
      const took = 120 + Math.floor(120 * Math.exp(pull * pull * 9));
      const moves = random.chance(0.05) ? 0.3 + random.next() * 0.5 : 2;
      const path: [state: number, at: number][] = [
        [OPENED ?? 0, opened],
        [IN_PROGRESS ?? 0, opened + 30 + Math.floor(took * random.next() * 0.3)],
      ];
      const ended = opened + took;
      // Half of those that are cancelled or merged had been resolved: they have an end, and are left out all the same.
      const isDone = row % 2 === 0;
      if (fate < 0.06) path.push([fate >= 0.04 || !isDone ? (CLOSED ?? 0) : (RESOLVED ?? 0), ended]);
      else path.push([RESOLVED ?? 0, ended]);
      if (fate < 0.02) path.push([CANCELLED ?? 0, ended + took]);
      if (fate >= 0.95) path.push([REOPENED ?? 0, ended + took], [RESOLVED ?? 0, ended + 2 * took]);
      if (fate >= 0.02 && fate < 0.04 && ended < END_SECOND) mergedInto[row] = own;
      const movesAt = opened + Math.floor(took * moves);
      let latest = own;
      let waiting = -1;
      const begin = (state: number, at: number): void => {
        const before = states.length - 1;
        const isFirst = before < (stretchStart[row] ?? 0);
        if (!isFirst) to.set(before, at);
        from.push(at);
        to.push(NEVER);
        states.push(state);
        team.push(latest);
        if (!IS_OPEN.has(state)) {
          if (waiting >= 0) queue.to.set(waiting, at);
          waiting = -1;
        } else if (waiting < 0 || queue.team.at(waiting) !== latest) {
          if (waiting >= 0) queue.to.set(waiting, at);
          waiting = queue.from.length;
          queue.opened.push(opened);
          queue.from.push(at);
          queue.to.push(NEVER);
          queue.team.push(latest);
        }
      };
      for (const [index, [state, at]] of path.entries()) {
        if (at >= END_SECOND) break;
        const before = path[index - 1];
        if (before !== undefined && movesAt > before[1] && movesAt < at && latest === own) {
          latest = other;
          begin(before[0], movesAt);
        }
        begin(state, at);
        if (state === OPENED) instants.opened[row] = at;
        else if (state === IN_PROGRESS) instants.in_progress[row] = at;
        else if (state === CLOSED) instants.closed[row] = at;
        else if (state === CANCELLED) instants.cancelled[row] = at;
        else if (state === REOPENED) {
          instants.reopened[row] = at;
          // It is open again: nothing that ended it stands.
          instants.restored[row] = NEVER;
          instants.resolved[row] = NEVER;
        } else {
          instants.restored[row] = at;
          instants.resolved[row] = at;
          counted[row] = latest;
        }
      }
      instants.last_opened[row] = instants.reopened[row] === NEVER ? opened : (instants.reopened[row] ?? opened);
      stretchStart[row + 1] = from.length;
      severity[row] = 1 + Math.floor(random.next() * 5);
      type[row] = row % 4;
      if (random.chance(0.01)) {
        const deployment = Math.floor(random.next() * size.deployments);
        causedBy[row] = blamed.push(`D${deployment}`) - 1;
        blamedNumber.push(deployment);
      }
    }
  }
  const severities = sharedBytes(from.length);
  for (let row = 0; row < length; row += 1)
    severities.fill(severity[row] ?? 0, stretchStart[row] ?? 0, stretchStart[row + 1] ?? 0);
  const stretchState = sharedBytes(from.length);
  stretchState.set(states.cells);
  const columns: ItemColumns = {
    kind: 'ticket',
    length,
    dead: null,
    parts: null,
    uids: uidsFor('desk', 'ticket', 'T', length),
    hashes: null,
    instants,
    codes: {
      type: { dictionary: ['change', 'fault', 'question', 'request'], codes: type },
      merged_into: { dictionary: Array.from({ length: teams }, (_, own) => `T${Math.floor(own * perTeam)}`), codes: mergedInto },
      caused_by: { dictionary: blamed, codes: causedBy },
    },
    numbers: { severity },
    lists: {},
    stretchStart,
    stretchFrom: from.cells,
    stretchTo: to.cells,
    stretchState,
    stretchTeam: { dictionary: Array.from({ length: teams }, (_, own) => teamName(own)), codes: team.cells },
    stretchService: unset(from.length),
    stretchSeverity: severities,
    isSnapshot: new Uint8Array(length),
  };
  const flat: FlatTickets = {
    opened: instants.opened,
    restored: instants.restored,
    cancelled: instants.cancelled,
    isMerged: mergedInto.map((code) => (code >= 0 ? 1 : 0)),
    team: counted,
    causedBy: causedBy.map((code) => blamedNumber[code] ?? NEVER),
  };
  return {
    columns,
    flat,
    queue: { opened: queue.opened.cells, from: queue.from.cells, to: queue.to.cells, team: queue.team.cells },
  };
}
