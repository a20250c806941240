import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { DEFAULT_HOURS } from '../event/hours.ts';
import type { HourRules, Organisation, Ownership, Service, Team } from '../event/organisation.ts';
import { findZone, type Zone } from '../time/zone.ts';
import { readDocument, type DocumentPath } from './document.ts';
import { calendarOf } from './organisation-calendar.ts';
import { checkHolidayNames, holidaysOf, hoursOf } from './organisation-hours.ts';
import { OrganisationSchema, OwnerSchema, ServiceSchema, TeamSchema } from './organisation-schema.ts';
import type { Problem } from './problem.ts';
import { ReadTexts } from './read-texts.ts';
import { inOrder, readerOf, type Reader } from './reader.ts';
import { IdText } from './schema-parts.ts';
import { checkShape, isRecord } from './shape.ts';
import { suggestion } from './spelling.ts';
import { nearestZone } from './zone-names.ts';

/**
 * Reads organisation.yaml (layout: README.md of this room). Never throws; reports everything at once.
 * Null as soon as anything is wrong.
 */
export const parseOrganisation = (text: string, file: string): { organisation: Organisation | null; problems: Problem[] } => {
  const before = readBefore.get(text);
  if (before !== undefined) return { organisation: before, problems: [] };
  const document = readDocument(text, file);
  const reader = readerOf(document);
  const { value } = document;
  if (value === null && document.problems.length > 0) return { organisation: null, problems: inOrder(document) };
  checkShape(OrganisationSchema, value, [], reader.report);
  if (!isRecord(value)) return { organisation: null, problems: inOrder(document) };
  const zone = zoneAt(reader, value['zone'], ['zone']);
  const calendar = calendarOf(reader, value, zone);
  const hours = hoursOf(reader, value['hours'], DEFAULT_HOURS, ['hours']);
  const holidays = holidaysOf(reader, entriesOf(reader, value['holidays'], 'holidays', 'all: [2026-12-25]'));
  const teams = teamsOf(reader, value['teams'], zone, hours);
  checkHolidayNames(reader, holidays, value['teams']);
  const services = servicesOf(reader, value['services'], zone, isRecord(value['teams']) ? Object.keys(value['teams']) : []);
  if (document.problems.length > 0 || calendar === null || !Check(OrganisationSchema, value)) {
    return { organisation: null, problems: inOrder(document) };
  }
  const organisation: Organisation = { name: value.name, calendar, hours, holidays, teams, services };
  readBefore.keep(text, organisation);
  return { organisation, problems: [] };
};

/** The present one, and those of the past that are asked about by turns. */
const readBefore = new ReadTexts<Organisation>(8);

/** Since ever: the first owner also covers all time before it. */
const FIRST = 0;

const zoneAt = (reader: Reader, written: unknown, path: DocumentPath): Zone | null => {
  if (typeof written !== 'string' || written === '') return null;
  const zone = findZone(written);
  if (zone !== null) return zone;
  const near = nearestZone(written);
  reader.report(
    path,
    `there is no time zone '${written}'`,
    near === null ? 'Write an IANA name such as Europe/Berlin or UTC' : `Did you mean '${near}'?`,
  );
  return null;
};

const idSchema = IdText('An id', 'payments');

/** The entries of a map by id; a wrong id or a map that is none is reported. */
const entriesOf = (reader: Reader, written: unknown, key: string, example: string): [string, unknown][] => {
  if (written === undefined) return [];
  if (isRecord(written)) return Object.entries(written);
  reader.report([key], `'${key}' is not a group of keys`, `Write one a line below it, e.g. ${example}`);
  return [];
};

const checkEntry = (reader: Reader, schema: TSchema, key: string, id: string, entry: unknown): void => {
  const isId: boolean = Check(idSchema, id);
  if (!isId) reader.report([key, id], `'${id}' is not an id`, 'Ids are lower-case words joined by hyphens, e.g. web-shop', 'key');
  checkShape(schema, entry, [key, id], reader.report);
};

const teamsOf = (reader: Reader, written: unknown, zone: Zone | null, hours: HourRules): Team[] => {
  const teams: Team[] = [];
  const entries = entriesOf(reader, written, 'teams', 'payments: { name: Payments }');
  if (isRecord(written) && entries.length === 0)
    reader.report(['teams'], 'there is no team', 'Add at least one, e.g. payments: { name: Payments }', 'key');
  for (const [id, entry] of entries) {
    checkEntry(reader, TeamSchema, 'teams', id, entry);
    const own = isRecord(entry) ? zoneAt(reader, entry['zone'], ['teams', id, 'zone']) : null;
    if (!Check(TeamSchema, entry)) continue;
    const { name, holidays } = entry;
    const team = {
      id,
      name,
      zone: (own ?? zone)?.name ?? '',
      hours: hoursOf(reader, entry.hours, hours, ['teams', id, 'hours']),
    };
    teams.push(holidays === undefined ? team : { ...team, holidays });
  }
  return teams;
};

const servicesOf = (reader: Reader, written: unknown, zone: Zone | null, teamIds: readonly string[]): Service[] => {
  const services: Service[] = [];
  const team = (id: string, path: DocumentPath): void => {
    if (!teamIds.includes(id))
      reader.report(
        path,
        `there is no team '${id}'`,
        teamIds.length === 0 ? 'Add it under teams' : suggestion(id, teamIds, 'Teams'),
      );
  };
  for (const [id, entry] of entriesOf(reader, written, 'services', 'checkout: { name: Checkout, owner: payments }')) {
    checkEntry(reader, ServiceSchema, 'services', id, entry);
    if (!isRecord(entry)) continue;
    const path = ['services', id];
    if (Object.hasOwn(entry, 'owner') === Object.hasOwn(entry, 'owners')) {
      const isNone = !Object.hasOwn(entry, 'owner');
      reader.report(
        path,
        isNone ? `nobody owns '${id}'` : "'owner' and 'owners' stand side by side",
        "Name one 'owner', or 'owners' each with a 'since'",
        'key',
      );
      continue;
    }
    const owners: Ownership[] = [];
    if (typeof entry['owner'] === 'string') {
      team(entry['owner'], [...path, 'owner']);
      owners.push({ team: entry['owner'], since: FIRST });
    }
    for (const [index, owner] of (Array.isArray(entry['owners']) ? entry['owners'] : []).entries()) {
      const at = [...path, 'owners', index];
      if (!Check(OwnerSchema, owner)) continue;
      team(owner.team, [...at, 'team']);
      const day = owner.since === undefined ? null : reader.day(owner.since, [...at, 'since']);
      if (owner.since === undefined && index > 0)
        reader.report(at, 'only the first owner may be without a first day', "Add 'since: 2026-03-01'");
      const since = day === null || zone === null ? FIRST : zone.startOfDay(day);
      const before = owners.at(-1);
      if (day !== null && before !== undefined && since <= before.since)
        reader.report(
          [...at, 'since'],
          'this owner does not start after the one before',
          'Put owners in order of their first day',
        );
      owners.push({ team: owner.team, since });
    }
    if (Check(ServiceSchema, entry))
      services.push({ id, name: entry.name, tier: entry.tier === undefined ? null : String(entry.tier), owners });
  }
  return services;
};
