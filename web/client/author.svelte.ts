const KEY = 'quarterdeck.author';

/** For which team or role one writes; asked once, kept on this machine only. */
class Author {
  name = $state(read());

  set(name: string): void {
    this.name = name;
    try {
      window.localStorage.setItem(KEY, name);
    } catch {
      // No storage here: it lasts as long as the page.
    }
  }
}

function read(): string {
  try {
    return window.localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export const author = new Author();
