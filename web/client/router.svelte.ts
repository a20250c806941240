import { formatRoute, HOME, parseRoute, type Route } from './route.ts';

/** The route as the address bar has it, and the two ways to change it. */
class Router {
  /** Set from outside where a page is drawn that has no address bar yet. */
  current = $state.raw<Route>(HOME);
  /** Counts the moves that ask the page to go to its anchor. */
  moves = $state(0);
  /** What our own addresses begin with on paper; empty where a page is drawn for whatever name its machine has. */
  origin = $state('');

  /** From now on the address bar leads. */
  start(): void {
    this.current = parseRoute(window.location);
    this.origin = window.location.origin;
    window.addEventListener('popstate', () => {
      this.current = parseRoute(window.location);
      this.moves += 1;
    });
    document.addEventListener('click', (event) => this.#follow(event));
  }

  /** A step that the back button undoes. */
  go(route: Route): void {
    this.#set(route, 'pushState');
  }

  /** A change that is no step of its own: moving along the agenda. */
  replace(route: Route): void {
    this.#set(route, 'replaceState');
  }

  /** Closes what a step opened: back where we came from, or without it where the page began with it. */
  leave(route: Route): void {
    const state: unknown = window.history.state;
    if (state === 'inside') window.history.back();
    else this.replace(route);
  }

  #set(route: Route, how: 'pushState' | 'replaceState'): void {
    const address = formatRoute(route);
    const isSame = address === `${window.location.pathname}${window.location.search}${window.location.hash}`;
    if (!isSame) window.history[how](how === 'pushState' ? 'inside' : window.history.state, '', address);
    this.current = route;
    this.moves += 1;
  }

  /** Plain clicks on links to our own pages change the route; all others are the browser's. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.origin !== window.location.origin) return;
    if (link.hasAttribute('download') || link.target !== '' || link.pathname.startsWith('/api/')) return;
    const isSkip = link.classList.contains('skip');
    if (isSkip) return;
    event.preventDefault();
    this.go(parseRoute(link));
    const isNewPage = link.hash === '' && link.pathname !== window.location.pathname;
    if (isNewPage) window.scrollTo(0, 0);
  }
}

export const router = new Router();
