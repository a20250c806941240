import { Check } from 'typebox/value';
import { parseDuration } from '../time/duration.ts';
import { formatDay } from '../time/day.ts';
import type { DocumentPath } from './document.ts';
import type { Divider, Target, Unit } from './kpi.ts';
import type { Reader } from './reader.ts';
import { DividerSchema, TargetSchema } from './schema.ts';

/** The targets in order of their first day; values in the KPI's unit, unchecked where that is not known. */
export const parseTargets = (reader: Reader, value: unknown, unit: Unit | null): Target[] => {
  if (!Array.isArray(value)) return [];
  const targets: Target[] = [];
  for (const [index, written] of value.entries()) {
    if (!Check(TargetSchema, written)) continue;
    const path = ['targets', index];
    const directions = (['at_most', 'at_least'] as const).filter((direction) => written[direction] !== undefined);
    const since = reader.day(written.since, [...path, 'since']);
    const [direction, second] = directions;
    if (direction === undefined) {
      reader.report(path, 'this target names no value', "Add 'at_most:' or 'at_least:'");
      continue;
    }
    if (second !== undefined) {
      reader.report(
        [...path, second],
        "'at_most' and 'at_least' stand in one target",
        'Make two targets of it, or keep one',
        'key',
      );
      continue;
    }
    const text = written[direction] ?? '';
    const exact = unit === null ? 0 : valueInUnit(reader, text, [...path, direction], unit);
    if (exact === null || since === null) continue;
    if (targets.some((target) => target.every === written.every && target.since === since && target.direction === direction)) {
      reader.report(
        path,
        `a second target for every ${written.every} starts on ${formatDay(since)}`,
        'Keep one of the two, or change its first day',
      );
      continue;
    }
    targets.push({ direction, value: exact, text: String(text), every: written.every, since, because: written.because ?? null });
  }
  return targets.toSorted((left, right) => left.since - right.since);
};

/** Seconds, a share of 1, or a plain number, as the unit asks; null (and reported) where it does not fit. */
export const valueInUnit = (
  reader: Pick<Reader, 'report'>,
  written: number | string,
  path: DocumentPath,
  unit: Unit,
): number | null => {
  const wrong = (message: string, fix: string): null => {
    reader.report(path, message, fix);
    return null;
  };
  const percent = typeof written === 'string' ? /^([0-9]+(?:\.[0-9]+)?) ?%$/.exec(written)?.[1] : undefined;
  switch (unit.type) {
    case 'duration': {
      const ms = typeof written === 'string' ? parseDuration(written) : null;
      if (ms !== null) return ms / 1000;
      return wrong(
        typeof written === 'number'
          ? `${written} has no unit, but this KPI is a time`
          : `'${written}' is not a duration, but this KPI is a time`,
        typeof written === 'number' ? `Write it like ${written} hours` : 'Write it like 4 hours',
      );
    }
    case 'share': {
      if (percent !== undefined) {
        return Number(percent) > 100
          ? wrong(`${String(written)} is more than there can be`, 'Write a percentage from 0% to 100%')
          : Number(percent) / 100;
      }
      const meant = typeof written === 'number' ? `${written <= 1 ? Number((written * 100).toPrecision(12)) : written}%` : '15%';
      return wrong(
        `${typeof written === 'string' ? `'${written}'` : written} is not a percentage, but this KPI is a share`,
        `Write it like ${meant}`,
      );
    }
    case 'count':
    case 'number': {
      if (typeof written === 'number') return written;
      const [, number, label] = /^(-?[0-9]+(?:\.[0-9]+)?) ?(.*)$/.exec(written) ?? [];
      if (number !== undefined && label !== undefined && label !== '' && label === unit.label) return Number(number);
      const of = unit.label === '' ? 'a plain number' : `a number of ${unit.label}`;
      return wrong(`'${written}' is not a number, but this KPI is ${of}`, 'Write a plain number, e.g. 20');
    }
  }
};

/** Days on which the process changed on purpose, in order. */
export const parseDividers = (reader: Reader, value: unknown): Divider[] => {
  if (!Array.isArray(value)) return [];
  const dividers: Divider[] = [];
  for (const [index, written] of value.entries()) {
    if (!Check(DividerSchema, written)) continue;
    const on = reader.day(written.on, ['dividers', index, 'on']);
    if (on === null) continue;
    if (dividers.some((divider) => divider.on === on))
      reader.report(['dividers', index], `a second divider stands on ${formatDay(on)}`, 'Keep one of the two');
    else dividers.push({ on, because: written.because });
  }
  return dividers.toSorted((left, right) => left.on - right.on);
};
