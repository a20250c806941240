import { formatShort, plural, sentence } from './format.ts';
import type { AlertPage } from './on-call-input.ts';
import type { LoudAlerts } from './on-call-schema.ts';

/** Alerts that get a line of their own. */
const SHOWN = 8;
/** Fewer alerts than this may be said to make half of the pages. */
const FEW = 5;
/** Fewer answers are told as they are, not as a share. */
const SMALL = 10;
const SHARE = { type: 'share', label: '', isTotal: false } as const;
const NO_KEY = 'no alert named';

interface Loud {
  readonly key: string;
  readonly service: string | null;
  readonly pages: number;
  readonly repeats: number;
  readonly answered: number;
  readonly noAction: number;
}

/** Which alerts page most. What alerts did is not personal: anyone may see it, of any team. */
export function loudAlerts(pages: readonly AlertPage[], span: string, period: string): LoudAlerts {
  const alerts = [...Map.groupBy(pages, ({ key }) => key ?? NO_KEY)]
    .map(([key, own]): Loud => ({
      key,
      service: own.at(-1)?.service ?? null,
      pages: own.length,
      repeats: own.filter(({ isRepeat }) => isRepeat).length,
      answered: own.filter(({ neededAction }) => neededAction !== null).length,
      noAction: own.filter(({ neededAction }) => neededAction === false).length,
    }))
    .sort((one, other) => other.pages - one.pages || (one.key < other.key ? -1 : 1));
  const shown = alerts.slice(0, SHOWN);
  return {
    text: textOf(alerts, pages.length),
    span,
    period,
    pages: pages.length,
    alerts: alerts.length,
    rows: shown.map((alert) => ({
      ...alert,
      share: alert.pages / pages.length,
      shareText: formatShort(SHARE, alert.pages / pages.length),
    })),
    others: pages.length - pagesOf(shown),
  };
}

const pagesOf = (alerts: readonly Loud[]): number => alerts.reduce((sum, { pages }) => sum + pages, 0);

function textOf(alerts: readonly Loud[], pages: number): string {
  if (pages === 0) return 'Nobody was paged.';
  const { said, loudest } = loudestOf(alerts, pages);
  const own = pagesOf(loudest);
  const answered = loudest.reduce((sum, one) => sum + one.answered, 0);
  const noAction = loudest.reduce((sum, one) => sum + one.noAction, 0);
  const made = `${sentence(said)} = ${formatShort(SHARE, own / pages)} of pages (${own} of ${pages})`;
  if (answered === 0) return `${made}; no answer says whether they needed action.`;
  const needless =
    answered < SMALL ? `${noAction} of ${answered}` : `${formatShort(SHARE, noAction / answered)} (${noAction} of ${answered})`;
  return `${made}; of those answered, ${needless} needed no action.`;
}

/** The fewest alerts that make half of the pages, where a few do; else the five loudest. */
function loudestOf(alerts: readonly Loud[], pages: number): { readonly said: string; readonly loudest: readonly Loud[] } {
  for (let count = 1; count < Math.min(FEW + 1, alerts.length); count += 1) {
    const loudest = alerts.slice(0, count);
    if (pagesOf(loudest) * 2 >= pages) return { said: plural(count, 'alert'), loudest };
  }
  const loudest = alerts.slice(0, FEW);
  if (loudest.length === alerts.length)
    return { said: `${alerts.length === 1 ? '' : 'all '}${plural(alerts.length, 'alert')}`, loudest };
  return { said: `the ${loudest.length} loudest of ${alerts.length} alerts`, loudest };
}
