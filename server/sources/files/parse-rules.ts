import { STATES, type State } from '../../event/kinds.ts';
import { suggestion } from '../../kpi/spelling.ts';
import { isSection, textOf, type Settings } from '../settings.ts';
import type { ColumnIndex, StateRule, TextRule } from './mapping.ts';

/** Collects the columns that a mapping speaks of; each gets one place in the cells of a row. */
export class Columns {
  readonly names: string[] = [];

  use(name: string): ColumnIndex {
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }
}

/** A column name, `{column, map?, otherwise?}` or `{value}`. */
export const readTextRule = (settings: Settings, key: string, columns: Columns): TextRule | null => {
  if (!isSection(settings.raw(key))) {
    const column = settings.text(key);
    return column === null ? null : { from: { column: columns.use(column) }, map: null, otherwise: undefined };
  }
  const section = settings.section(key);
  if (section === null) return null;
  if (section.has('value')) {
    section.expect(['value']);
    const value = section.text('value');
    return value === null ? null : { from: { value }, map: null, otherwise: undefined };
  }
  section.expect(['column', 'map', 'otherwise']);
  const column = section.requiredText('column', "Name the column: '{ column: status, map: { … } }', or write '{ value: … }'");
  const map = section.section('map');
  const entries = (map?.keys() ?? []).map((word) => [word.trim(), map === null ? null : targetOf(map, word)] as const);
  if (column === null) return null;
  return {
    from: { column: columns.use(column) },
    map: map === null ? null : new Map(entries),
    otherwise: section.has('otherwise') ? targetOf(section, 'otherwise') : undefined,
  };
};

/** A word of ours, or null for "not set". */
const targetOf = (section: Settings, key: string): string | null => {
  const raw = section.raw(key);
  return raw === null
    ? null
    : (textOf(raw) ?? section.fault(key, 'this must be one word', 'Write text, a number, or null for none'));
};

/** `state: {column, map, otherwise?}`; without a map the column must hold our own words. */
export const readStateRule = (settings: Settings, columns: Columns): StateRule | null => {
  if (!settings.has('state')) return null;
  const own = new Map<string, State | 'ignore'>(STATES.map((state) => [state, state]));
  if (!isSection(settings.raw('state'))) {
    const column = settings.text('state');
    return column === null ? null : { column: columns.use(column), map: own, otherwise: null };
  }
  const section = settings.section('state');
  if (section === null) return null;
  section.expect(['column', 'map', 'otherwise']);
  const column = section.requiredText('column', "Name the column with the state: 'column: status'");
  const map = section.section('map');
  const words = new Map<string, State | 'ignore'>();
  for (const word of map?.keys() ?? []) {
    const state = map === null ? null : stateOf(map, word);
    if (state !== null) words.set(word.trim(), state);
  }
  const otherwise = section.has('otherwise') ? stateOf(section, 'otherwise') : null;
  return column === null ? null : { column: columns.use(column), map: map === null ? own : words, otherwise };
};

const stateOf = (section: Settings, key: string): State | 'ignore' | null => {
  const word = section.text(key);
  if (word === null) return null;
  if (word === 'ignore') return 'ignore';
  const state = STATES.find((candidate) => candidate === word);
  return state ?? section.fault(key, `'${word}' is not a state`, suggestion(word, [...STATES, 'ignore']));
};
