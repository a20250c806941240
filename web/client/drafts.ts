/** What was typed and not saved, by what it is about: a reload or a walk through the agenda loses nothing. */
const PREFIX = 'quarterdeck.draft.';

export function draftOf(about: string): string {
  try {
    return window.sessionStorage.getItem(PREFIX + about) ?? '';
  } catch {
    return '';
  }
}

/** An empty text drops the draft. */
export function keepDraft(about: string, text: string): void {
  try {
    if (text === '') window.sessionStorage.removeItem(PREFIX + about);
    else window.sessionStorage.setItem(PREFIX + about, text);
  } catch {
    // No storage here: what is typed lasts as long as its field.
  }
}
