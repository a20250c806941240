const KEY = 'quarterdeck.shortcuts';

/** Single-key shortcuts can be turned off, for those whom they surprise (WCAG 2.1.4); kept on this machine. */
class Shortcuts {
  isOn = $state(read());

  set(isOn: boolean): void {
    this.isOn = isOn;
    try {
      window.localStorage.setItem(KEY, isOn ? 'on' : 'off');
    } catch {
      // No storage here: the choice lasts as long as the page.
    }
  }
}

function read(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

export const shortcuts = new Shortcuts();
