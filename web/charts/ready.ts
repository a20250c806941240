import type * as Charts from './echarts.ts';

/** Loads the drawing code once, together with the family it writes in. */
let loading: Promise<typeof Charts> | undefined;
let loaded: typeof Charts | null = null;

export function loadCharts(): Promise<typeof Charts> {
  loading ??= Promise.all([import('./echarts.ts'), fontsReady()]).then(
    ([charts]) => (loaded = charts),
    (error: unknown) => {
      // A lost connection must not be remembered: the next chart asks again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** The drawing code if it is here already: printing cannot wait. */
export const chartsNow = (): typeof Charts | null => loaded;

async function fontsReady(): Promise<void> {
  await Promise.allSettled([400, 600, 650].map((weight) => document.fonts.load(`${weight} 12px "Inter Variable"`)));
}
