import { flushSync } from 'svelte';

export type Scheme = 'auto' | 'light' | 'dark';
const KEY = 'quarterdeck.scheme';
const NEXT: Record<Scheme, Scheme> = { auto: 'dark', dark: 'light', light: 'auto' };

/**
 * Light, dark, or as the system says; kept on this machine only. `version` counts every change of
 * what the page looks like, the system's and the printer's included: charts redraw by it.
 */
class Look {
  scheme = $state<Scheme>('auto');
  version = $state(0);
  isPrinting = $state(false);

  /** Takes what is kept on this machine (scheme.js has coloured the page by it already), and follows system and printer. */
  start(): void {
    this.scheme = stored();
    this.#apply();
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#changed());
    window.matchMedia('print').addEventListener('change', (event) => this.#print(event.matches));
    window.addEventListener('beforeprint', () => this.#print(true));
    window.addEventListener('afterprint', () => this.#print(false));
  }

  next(): void {
    this.scheme = NEXT[this.scheme];
    try {
      window.localStorage.setItem(KEY, this.scheme);
    } catch {
      // No storage here: the choice lasts as long as the page.
    }
    this.#apply();
  }

  /** Paper is light, whatever the screen was. */
  #print(isPrinting: boolean): void {
    if (this.isPrinting === isPrinting) return;
    this.isPrinting = isPrinting;
    this.#apply();
    // The browser takes its picture as soon as the event is over.
    flushSync();
  }

  #apply(): void {
    const scheme = this.isPrinting ? 'light' : this.scheme;
    if (scheme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = scheme;
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
  }
}

function stored(): Scheme {
  try {
    const scheme = window.localStorage.getItem(KEY);
    return scheme === 'light' || scheme === 'dark' ? scheme : 'auto';
  } catch {
    return 'auto';
  }
}

export const look = new Look();
