import type { Component } from 'svelte';
import type { PageName } from './route.ts';

export type KnownPage = Exclude<PageName, 'unknown'>;
export type PageComponent = Component<Record<string, never>>;
type Loaders = Readonly<Record<KnownPage, () => Promise<{ readonly default: PageComponent }>>>;

/** The programs of the pages: each is fetched when its page is first gone to. Where pages are drawn, all are there. */
class Pages {
  #here = $state.raw<ReadonlyMap<KnownPage, PageComponent>>(new Map());
  /** The page whose program could not be fetched. */
  lost = $state<KnownPage | null>(null);
  #loaders: Loaders | null = null;

  loadedBy(loaders: Loaders): void {
    this.#loaders = loaders;
  }

  hold(components: Readonly<Record<KnownPage, PageComponent>>): void {
    const { review, 'on-call': onCall, 'hand-over': handOver, shift, kpi, report, kpis, sources } = components;
    this.#here = new Map<KnownPage, PageComponent>([
      ['review', review],
      ['on-call', onCall],
      ['hand-over', handOver],
      ['shift', shift],
      ['kpi', kpi],
      ['report', report],
      ['kpis', kpis],
      ['sources', sources],
    ]);
  }

  of(page: KnownPage): PageComponent | null {
    return this.#here.get(page) ?? null;
  }

  /** Resolves in any case; a page that could not be fetched is `lost`, and may be asked for again. */
  async load(page: PageName): Promise<void> {
    if (page === 'unknown' || this.#loaders === null || this.#here.has(page)) return;
    this.lost = null;
    try {
      const { default: component } = await this.#loaders[page]();
      this.#here = new Map([...this.#here, [page, component]]);
    } catch {
      this.lost = page;
    }
  }
}

export const pages = new Pages();
