import type * as Charts from './echarts.ts';

/** Loads the drawing code once, together with the family it writes in. */
let loading: Promise<typeof Charts> | undefined;
let loaded: typeof Charts | null = null;

export function loadCharts(): Promise<typeof Charts> {
  loading ??= Promise.all([import('./echarts.ts'), fontsReady()]).then(
    ([charts]) => {
      drawNext();
      return (loaded = charts);
    },
    (error: unknown) => {
      // A lost connection must not be remembered: the next chart asks again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

const waiting = new Set<() => void>();
let isDrawing = false;

/** Draws what is far from the screen, one after the other once the drawing code is here, so that keys are heard in between. Gives back how to stop waiting. */
export function drawInTurn(draw: () => void): () => void {
  waiting.add(draw);
  if (loaded !== null) drawNext();
  return () => waiting.delete(draw);
}

function drawNext(): void {
  if (isDrawing) return;
  isDrawing = true;
  // After what the screen needs: that is asked for in the same task.
  setTimeout(() => {
    isDrawing = false;
    const [draw] = waiting;
    if (draw === undefined) return;
    waiting.delete(draw);
    drawNext();
    draw();
  });
}

/** The drawing code if it is here already: printing cannot wait. */
export const chartsNow = (): typeof Charts | null => loaded;

async function fontsReady(): Promise<void> {
  await Promise.allSettled([400, 600, 650].map((weight) => document.fonts.load(`${weight} 12px "Inter Variable"`)));
}
