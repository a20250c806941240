/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { violationsOf } from './watched-page.ts';

/**
 * What a page shows, measured in the browser: what hangs over the edge of the window, what is cut off, what stands on
 * something else, which lines are too long to read. Everything is told in words, so that a test shows what it found.
 */
const MEASURES = `((part) => {
  const HIDES = new Set(['hidden', 'clip']);
  const SCROLLS = new Set(['auto', 'scroll']);
  const named = (element) => {
    const name = (one) => one.tagName.toLowerCase() + (one.id === '' ? '' : '#' + one.id) +
      (typeof one.className === 'string' && one.className !== '' ? '.' + one.className.replace(/ ?\\bsvelte-\\w+/g, '').trim().replaceAll(' ', '.') : '');
    const parent = element.parentElement;
    return (parent === null ? '' : name(parent) + ' > ') + name(element);
  };
  const quoted = (text) => '“' + text.trim().replace(/\\s+/g, ' ').slice(0, 48) + '”';
  // Nothing moves while it is measured: what many pieces of text stand in is asked once.
  const once = (ask) => {
    const known = new Map();
    return (element) => {
      if (!known.has(element)) known.set(element, ask(element));
      return known.get(element);
    };
  };
  const styleOf = once((element) => {
    const { clipPath, position, overflowX, overflowY, display } = getComputedStyle(element);
    return { clipPath, position, overflowX, overflowY, display };
  });
  const boxOf = once((element) => element.getBoundingClientRect());
  const dialogs = [...document.querySelectorAll('dialog[open]')];
  const root = dialogs.at(-1) ?? document.querySelector(part);
  /** Told to screen readers only, or folded away. */
  const isClipped = once((element) => styleOf(element).clipPath === 'inset(50%)' || (element.parentElement !== null && isClipped(element.parentElement)));
  const isUnseen = once((element) => element.closest('[hidden], .skip, option, title') !== null || isClipped(element) ||
    !element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }));
  const isFixed = (element) => {
    for (let one = element; one !== null && one !== root; one = one.parentElement)
      if (styleOf(one).position === 'fixed') return true;
    return false;
  };
  /** Each piece of text as it lies on the screen, cut to the boxes that scroll. */
  const pieces = () => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || node.data.trim() === '' || isUnseen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const isPicture = element.closest('svg') !== null;
      const rects = isPicture ? [boxOf(element)] : [...range.getClientRects()];
      found.push({ element, text: node.data, isPicture, isFixed: isFixed(element), rects: rects.filter(({ width, height }) => width > 0.5 && height > 0.5) });
    }
    return found;
  };
  const edges = (box) => ({ left: box.left, top: box.top, right: box.right, bottom: box.bottom });
  const all = pieces();

  const sideways = () => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const found = [];
    for (const element of root.querySelectorAll('*')) {
      const box = boxOf(element);
      if (box.width === 0 || box.right <= room + 0.5) continue;
      let isHeld = false;
      for (let one = element.parentElement; one !== null && !isHeld; one = one.parentElement)
        isHeld = styleOf(one).overflowX !== 'visible' && boxOf(one).right <= room + 0.5;
      if (!isHeld) found.push(named(element) + ' ' + quoted(element.textContent ?? '') + ' reaches ' + Math.round(box.right) + ' of ' + room);
    }
    return ['the page is ' + document.documentElement.scrollWidth + ' wide, ' + room + ' fit', ...found.slice(-3)];
  };

  const cut = () => {
    const found = [];
    for (const { element, text, rects } of all) {
      let x = true;
      let y = true;
      for (let box = element; box !== null && box !== document.documentElement && (x || y); box = box.parentElement) {
        const style = styleOf(box);
        if (style.display === 'inline' || style.display === 'contents') continue;
        const outer = boxOf(box);
        for (const rect of rects) {
          const isCutX = x && HIDES.has(style.overflowX) && (rect.right > outer.right + 1.5 || rect.left < outer.left - 1.5);
          const isCutY = y && HIDES.has(style.overflowY) && (rect.bottom > outer.bottom + rect.height / 4 || rect.top < outer.top - rect.height / 4);
          // A button or a field shows its edge: words beyond it look broken even where nothing is hidden.
          const isOut = x && box.matches('button, .button, .field, kbd, th, td') && (rect.right > outer.right + 1.5 || rect.left < outer.left - 1.5);
          if (isCutX || isCutY || isOut) {
            found.push((isOut ? 'beyond ' : 'cut off by ') + named(box) + ': ' + quoted(text));
            break;
          }
        }
        if (SCROLLS.has(style.overflowX)) x = false;
        if (SCROLLS.has(style.overflowY)) y = false;
        if (style.position === 'fixed') break;
      }
    }
    for (const field of root.querySelectorAll('select')) {
      if (isUnseen(field) || field.clientWidth === 0) continue;
      if (field.scrollWidth > field.clientWidth + 1) found.push('cut off in ' + named(field));
    }
    return [...new Set(found)];
  };

  const overlapping = () => {
    const rects = [];
    for (const piece of all) {
      if (piece.isFixed) continue;
      for (const rect of piece.rects) {
        const seen = edges(rect);
        for (let box = piece.element.parentElement; box !== null; box = box.parentElement) {
          const style = styleOf(box);
          if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
          if (box === document.body || box === document.documentElement) break;
          const outer = boxOf(box);
          seen.left = Math.max(seen.left, outer.left);
          seen.right = Math.min(seen.right, outer.right);
          seen.top = Math.max(seen.top, outer.top);
          seen.bottom = Math.min(seen.bottom, outer.bottom);
        }
        if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) rects.push({ ...seen, piece });
      }
    }
    rects.sort((one, other) => one.top - other.top);
    const found = new Set();
    for (let index = 0; index < rects.length; index += 1) {
      const one = rects[index];
      for (let next = index + 1; next < rects.length && rects[next].top < one.bottom; next += 1) {
        const other = rects[next];
        if (one.piece === other.piece || one.piece.element === other.piece.element) continue;
        // What sticks while the page moves lies over it on purpose, and has a ground of its own.
        const isStuck = (element) => { for (let box = element; box !== null; box = box.parentElement) { const { position } = styleOf(box); if (position === 'sticky') return box; } return null; };
        const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        const least = Math.min(one.bottom - one.top, other.bottom - other.top);
        if (width <= 2 || height <= least * 0.3) continue;
        if (isStuck(one.piece.element) !== isStuck(other.piece.element)) continue;
        // A menu lies over the page.
        const menu = (element) => element.closest('.menu');
        if (menu(one.piece.element) !== menu(other.piece.element)) continue;
        found.add(named(one.piece.element) + ' ' + quoted(one.piece.text) + ' and ' + named(other.piece.element) + ' ' + quoted(other.piece.text));
      }
    }
    return [...found];
  };

  /** Lines of running text with more characters than an eye finds its way back from. */
  const long = (most) => {
    const found = [];
    const blockOf = (element) => {
      let block = element;
      while (styleOf(block).display.startsWith('inline') && block.parentElement !== null) block = block.parentElement;
      return block;
    };
    const blocks = new Set(all.filter(({ isPicture }) => !isPicture).map(({ element }) => blockOf(element)));
    for (const block of blocks) {
      if (block.closest('table, pre, textarea, svg') !== null) continue;
      const lines = [];
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        if (node.parentElement === null || isUnseen(node.parentElement) || blockOf(node.parentElement) !== block) continue;
        const range = document.createRange();
        for (const { index, 0: word } of node.data.matchAll(/\\S+\\s?/g)) {
          range.setStart(node, index);
          range.setEnd(node, index + word.trimEnd().length);
          const rect = range.getBoundingClientRect();
          // A name without a space that goes over several lines is none of them.
          if (rect.width === 0 || range.getClientRects().length > 1) continue;
          const last = lines.at(-1);
          if (last !== undefined && Math.abs(last.bottom - rect.bottom) < rect.height * 0.6) last.text += word;
          else lines.push({ bottom: rect.bottom, text: word });
        }
      }
      // One line is a label, not a text in which a line could be lost.
      if (lines.length < 2) continue;
      const longest = lines.reduce((one, other) => (other.text.trim().length > one.text.trim().length ? other : one));
      const length = longest.text.trim().replace(/\\s+/g, ' ').length;
      if (length > most) found.push(length + ' characters in ' + named(block) + ': ' + quoted(longest.text));
    }
    return found;
  };
  return { sideways, cut, overlapping, long };
})`;

type Measure = 'sideways' | 'cut' | 'overlapping';

async function measured(page: Page, part: string, expression: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `JSON.stringify(((measures) => ${expression})(${MEASURES}(${JSON.stringify(part)})))`,
  });
  await session.detach();
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return JSON.parse(String(result.value)) as string[];
}

const ALL: readonly Measure[] = ['sideways', 'cut', 'overlapping'];
/** Two frames: what was laid out anew is drawn, and what watches sizes has been told. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
      ),
  );

async function faultsHere(page: Page, part: string, where: string, more: readonly string[] = []): Promise<string[]> {
  await settled(page);
  const asked = [...ALL.map((name) => `measures.${name}()`), ...more];
  const found = await measured(page, part, `[${asked.map((one) => `...${one}`).join(', ')}]`);
  return found.map((one) => `${where}: ${one}`);
}

/** As in the settings of a browser: rules for narrow windows follow it, too. */
async function sizeLetters(page: Page, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard: 16 * times, fixed: 13 * times } });
  await session.detach();
}

/** Characters in a line of running text. */
const LONGEST_LINE = 75;

/**
 * Everything that is wrong with what the page shows now: to axe, and to the eye on a desktop, at 200% zoom,
 * with letters twice as large, on a phone and on a wall. The page is left as wide as it was.
 * `part`: a selector of what is looked at; an open dialog where there is one.
 */
export async function faultsOf(page: Page, part = 'body'): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  const found = await violationsOf(page, `document.querySelector('dialog[open]') ?? document.querySelector('${part}')`);
  found.push(...(await faultsHere(page, part, 'desktop')));
  await sizeLetters(page, 2);
  found.push(...(await faultsHere(page, part, 'letters twice as large')));
  await sizeLetters(page, 1);
  await page.setViewportSize({ width: 640, height: 450 });
  found.push(...(await faultsHere(page, part, '200% zoom')));
  await page.setViewportSize({ width: 375, height: 800 });
  found.push(...(await faultsHere(page, part, 'phone')));
  await page.setViewportSize({ width: 2560, height: 1440 });
  found.push(...(await faultsHere(page, part, 'wall', [`measures.long(${LONGEST_LINE})`])));
  await page.setViewportSize(before);
  await settled(page);
  return found;
}
