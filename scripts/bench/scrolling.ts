import type { Page } from 'playwright-core';

/** Pixels a second: the height of the screen in a third of a second, as a wheel is turned. */
const SPEED = 2_700;
/** What Chromium's compositor itself notes of each frame. */
const FRAMES = 'disabled-by-default-devtools.timeline.frame';

/** Of one scroll from the top of a page to its end. */
export interface Scrolled {
  /** Frames in which the page had to move. */
  readonly frames: number;
  /** Shares of them: those that were not shown in their turn, and those in which something was not painted yet. */
  readonly dropped: number;
  readonly blank: number;
  /** The page is moved by the compositor; else each frame waits for scripts. */
  readonly isFree: boolean;
}

/** What is looked at of a frame. */
interface Frame {
  readonly frame_sequence: number;
  readonly scroll_state: string;
  readonly affects_smoothness: boolean;
  readonly has_missing_content: boolean;
}

const MIDDLE = { x: 640, y: 450 };

/** Turns the wheel over one place of the screen until the page's end, and counts frames as the compositor does. */
export async function scrollThrough(page: Page, over = MIDDLE): Promise<Scrolled> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  const [tab, tracing] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  const events: unknown[] = [];
  tracing.on('Tracing.dataCollected', ({ value }) => void events.push(...value));
  await page.evaluate('scrollTo(0, 0)');
  const pixels = Number(await page.evaluate('document.documentElement.scrollHeight - innerHeight'));
  await tracing.send('Tracing.start', { traceConfig: { includedCategories: [FRAMES] }, transferMode: 'ReportEvents' });
  await tab.send('Input.synthesizeScrollGesture', {
    ...{ ...over, yDistance: -pixels, speed: SPEED },
    ...{ gestureSourceType: 'mouse', preventFling: true },
  });
  const ended = new Promise<void>((resolve) => tracing.once('Tracing.tracingComplete', () => resolve()));
  await tracing.send('Tracing.end');
  await ended;
  await Promise.all([tab.detach(), tracing.detach()]);
  return scrolledIn(events.flatMap(frameOf));
}

/** A frame may be told of twice, once for the scripts of the page and once for the compositor. */
function scrolledIn(frames: readonly Frame[]): Scrolled {
  const moving = frames.filter(({ scroll_state: scroll }) => scroll !== 'SCROLL_NONE');
  const turns = moving.map(({ frame_sequence: turn }) => turn);
  const wanted = Math.max(...turns) - Math.min(...turns) + 1;
  const turnsOf = (all: readonly Frame[]): number => new Set(all.map(({ frame_sequence: turn }) => turn)).size;
  // A turn of which nothing was noted was left out altogether.
  const left = wanted - turnsOf(moving);
  return {
    frames: wanted,
    dropped: (left + turnsOf(moving.filter(({ affects_smoothness: isFelt }) => isFelt))) / wanted,
    blank: turnsOf(moving.filter(({ has_missing_content: isMissing }) => isMissing)) / wanted,
    isFree: moving.every(({ scroll_state: scroll }) => scroll === 'SCROLL_COMPOSITOR_THREAD'),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function frameOf(event: unknown): Frame[] {
  if (!isRecord(event) || event['name'] !== 'PipelineReporter' || event['ph'] !== 'b') return [];
  const frame = isRecord(event['args']) ? event['args']['frame_reporter'] : null;
  return isFrame(frame) ? [frame] : [];
}

const isFrame = (value: unknown): value is Frame =>
  isRecord(value) &&
  typeof value['frame_sequence'] === 'number' &&
  typeof value['scroll_state'] === 'string' &&
  typeof value['affects_smoothness'] === 'boolean' &&
  typeof value['has_missing_content'] === 'boolean';
