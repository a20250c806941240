const LOOK_MS = 20_000;
const FIRST_MS = 2_000;

/** Whether what is written is stored at all: a full disk is told before somebody has written for nothing. */
class Storing {
  /** Why nothing can be stored, and what to do; null while all is well, or nothing is known. */
  trouble = $state<string | null>(null);

  /** Looks now and then, as long as somebody has the page before them. Gives back how to stop. */
  watch(): () => void {
    const look = (): void => {
      if (!document.hidden) void this.#look();
    };
    const first = window.setTimeout(look, FIRST_MS);
    const timer = window.setInterval(look, LOOK_MS);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }

  async #look(): Promise<void> {
    try {
      const answer: unknown = await (await fetch('/readyz')).json();
      const notice = typeof answer === 'object' && answer !== null && 'notice' in answer ? answer.notice : null;
      this.trouble = typeof notice === 'string' ? notice : null;
    } catch {
      // No connection: that is told by whatever is asked for.
    }
  }
}

export const storing = new Storing();
