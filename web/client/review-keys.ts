import { commandOf, type Command } from './keys.ts';

/** Arrows and the keys of a presenter's remote. */
const ARROWS: Readonly<Record<string, Command>> = {
  ArrowRight: 'next',
  PageDown: 'next',
  ArrowLeft: 'previous',
  PageUp: 'previous',
};

/** What a key asks of the review: arrows while it is presented, and single keys where they are on. */
export function reviewCommandOf(event: KeyboardEvent, isPresenting: boolean, areKeysOn: boolean): Command | null {
  const isTyping = isTypedInto(event.target);
  const arrow = isPresenting && !isTyping ? ARROWS[event.key] : undefined;
  if (arrow !== undefined) return arrow;
  const { key, ctrlKey, altKey, metaKey } = event;
  return areKeysOn ? commandOf({ key, ctrlKey, altKey, metaKey, isTyping }) : null;
}

const isTypedInto = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The point of a chart that has the focus. */
export const pointOf = (target: EventTarget | null): string | null =>
  target instanceof HTMLElement ? (target.dataset['period'] ?? null) : null;
