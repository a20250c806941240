import { NEVER, type ItemColumns } from '../../server/event/columns.ts';
import { randomFrom } from '../../server/sources/demo/random.ts';
import { sharedIntegers, statelessColumns, uidsFor, unset } from './cells.ts';
import { teamName } from './organisation.ts';
import { END_SECOND, FIRST_SECOND, WEEK_SECONDS, WEEKS, type Size } from './size.ts';

/** What SQL is given of pages; NEVER is null. */
export interface FlatPages {
  readonly sent: Int32Array;
  readonly team: Int32Array;
  readonly responder: Int32Array;
  readonly cancelled: Int32Array;
}

const RESPONDERS = 8;
/** Pages to one person are either closer together than this, or further apart than twice this. */
const TOGETHER_SECONDS = 60;

const namesOf = (teams: number): string[] => Array.from({ length: teams * RESPONDERS }, (_, person) => `person-${person}`);
const teamsOf = (teams: number): string[] => Array.from({ length: teams }, (_, team) => teamName(team));

/**
 * Pages by team, ascending in time. A fifth follow another to the same person at once; never a third one, so that SQL
 * finds interruptions by looking at one page before.
 */
export function makePages(size: Size): { columns: ItemColumns; flat: FlatPages } {
  const { teams, pages: length } = size;
  const [sent, team, responder] = [sharedIntegers(length), sharedIntegers(length), sharedIntegers(length)];
  const cancelled = sharedIntegers(length).fill(NEVER);
  const perTeam = length / teams;
  const span = END_SECOND - FIRST_SECOND - 86_400;
  for (let own = 0, row = 0; own < teams; own += 1) {
    const random = randomFrom('pages', own);
    const last = new Int32Array(RESPONDERS).fill(NEVER);
    let isFollowed = true;
    for (let nth = 0; nth < perTeam && row < length; nth += 1, row += 1) {
      const isFollowing: boolean = !isFollowed && random.chance(0.25);
      const at = FIRST_SECOND + Math.floor(((nth + random.next()) / perTeam) * span);
      const person = isFollowing ? (responder[row - 1] ?? 0) - own * RESPONDERS : Math.floor(random.next() * RESPONDERS);
      const before = last[person] ?? NEVER;
      sent[row] = isFollowing ? before + Math.floor(random.next() * (TOGETHER_SECONDS + 1)) : Math.max(at, before + 181);
      last[person] = sent[row] ?? 0;
      team[row] = own;
      responder[row] = own * RESPONDERS + person;
      if (random.chance(0.002)) cancelled[row] = at + 86_400;
      isFollowed = isFollowing;
    }
  }
  const columns = statelessColumns(
    'page',
    uidsFor('paging', 'page', 'P', length),
    sent,
    { dictionary: teamsOf(teams), codes: team },
    unset(length),
    { instants: { sent, cancelled }, codes: { responder: { dictionary: namesOf(teams), codes: responder } } },
  );
  return { columns, flat: { sent, team, responder, cancelled } };
}

/** Each team's people take a week in turn. */
export function makeShifts({ teams }: Size): ItemColumns {
  const length = teams * WEEKS;
  const [from, to, team, responder] = Array.from({ length: 4 }, () => sharedIntegers(length));
  if (from === undefined || to === undefined || team === undefined || responder === undefined) throw new Error('no room');
  for (let row = 0; row < length; row += 1) {
    const week = row % WEEKS;
    team[row] = Math.floor(row / WEEKS);
    from[row] = FIRST_SECOND + week * WEEK_SECONDS;
    to[row] = FIRST_SECOND + (week + 1) * WEEK_SECONDS;
    responder[row] = (team[row] ?? 0) * RESPONDERS + (week % RESPONDERS);
  }
  const rotation = { dictionary: teamsOf(teams), codes: team };
  return statelessColumns('shift', uidsFor('paging', 'shift', 'S', length), from, rotation, unset(length), {
    instants: { from, to },
    codes: { rotation, responder: { dictionary: namesOf(teams), codes: responder } },
  });
}
