import { pluralWords } from './fields.ts';
import type { Measure, Unit } from './kpi.ts';
import { part } from './parse-parts.ts';
import { KpiSchema } from './schema.ts';

/** How values of a measure are read. */
export const unitOf = (value: Readonly<Record<string, unknown>>, measure: Measure): Unit => {
  const written = part(KpiSchema.properties.unit, value['unit']);
  const takesUnit = (measure.type === 'level' && measure.statistic !== 'share') || measure.type === 'combine';
  if (takesUnit && written !== undefined) {
    return {
      type: written.type,
      label: written.label ?? '',
      isTotal: written.per_period ?? (measure.type === 'level' && measure.statistic === 'sum'),
    };
  }
  switch (measure.type) {
    case 'duration':
      return { type: 'duration', label: '', isTotal: measure.summarise === 'sum' };
    case 'age':
    case 'since':
      return { type: 'duration', label: '', isTotal: false };
    case 'overlap':
      return { type: 'duration', label: '', isTotal: true };
    case 'ratio':
    case 'budget':
      return { type: 'share', label: '', isTotal: false };
    case 'count':
      if (measure.per === 'day') return { type: 'number', label: 'per day', isTotal: false };
      if (measure.per === '12 hours on call') return { type: 'number', label: 'per 12 h on call', isTotal: false };
      return { type: 'count', label: pluralWords(measure.of), isTotal: true };
    case 'depth':
      return { type: 'count', label: pluralWords(measure.of), isTotal: measure.growth };
    case 'score':
      return { type: 'number', label: 'of 5', isTotal: false };
    case 'spread':
      return { type: measure.statistic === 'gini' ? 'number' : 'share', label: '', isTotal: false };
    case 'level':
      if (measure.statistic === 'share') return { type: 'share', label: '', isTotal: false };
      return { type: 'number', label: '', isTotal: measure.statistic === 'sum' };
    case 'combine':
      return { type: measure.operation === 'divide' ? 'share' : 'number', label: '', isTotal: false };
  }
};
