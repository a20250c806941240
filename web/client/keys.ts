/** What a key means on the review page. `null`: nothing of ours. */
export type Command =
  | 'next'
  | 'previous'
  | 'next week'
  | 'previous week'
  | 'evidence'
  | 'xmr'
  | 'definition'
  | 'scope'
  | 'present'
  | 'comment'
  | 'action'
  | 'note'
  | 'publish'
  | 'help';

export const KEYS: readonly { readonly key: string; readonly command: Command; readonly does: string }[] = [
  { key: 'j', command: 'next', does: 'Next item of the agenda' },
  { key: 'k', command: 'previous', does: 'Previous item' },
  { key: '[', command: 'previous week', does: 'Previous week' },
  { key: ']', command: 'next week', does: 'Next week' },
  { key: 'e', command: 'evidence', does: 'Evidence behind the number' },
  { key: 'x', command: 'xmr', does: 'Process behaviour chart' },
  { key: 'd', command: 'definition', does: 'Definition in words' },
  { key: 'c', command: 'comment', does: 'Comment on the number, or on the point that has the focus' },
  { key: 'a', command: 'action', does: 'Agree on an action' },
  { key: 'n', command: 'note', does: 'Note or decision on the time axis' },
  { key: 's', command: 'scope', does: 'Choose a team or service' },
  { key: 'p', command: 'present', does: 'Present: one item a screen' },
  { key: 'P', command: 'publish', does: 'Publish the review' },
  { key: '?', command: 'help', does: 'This list' },
];

/** Keys with Ctrl, Alt or Meta are the browser's; those typed into a field belong to the field. */
export function commandOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isTyping: boolean;
}): Command | null {
  if (event.isTyping || event.ctrlKey || event.altKey || event.metaKey) return null;
  return KEYS.find(({ key }) => key === event.key)?.command ?? null;
}
