/** What a drawing needs to know of the page's look: colours, the family, the size of small text in pixels. */
export interface Palette {
  readonly paper: string;
  readonly sunken: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly inkFaint: string;
  readonly rule: string;
  readonly ruleStrong: string;
  readonly prior: string;
  readonly hatch: string;
  readonly against: string;
  readonly againstMark: string;
  readonly with: string;
  readonly withMark: string;
  readonly family: string;
  readonly textPx: number;
}

/** Reads it from the custom properties of tokens.css, given how to look one up. */
export function paletteFrom(property: (name: string) => string, rootPx: number): Palette {
  const colour = (name: string): string => property(`--${name}`).trim();
  return {
    paper: colour('paper'),
    sunken: colour('paper-sunken'),
    ink: colour('ink'),
    inkSoft: colour('ink-soft'),
    inkFaint: colour('ink-faint'),
    rule: colour('rule'),
    ruleStrong: colour('rule-strong'),
    prior: colour('prior'),
    hatch: colour('hatch'),
    against: colour('against'),
    againstMark: colour('against-mark'),
    with: colour('with'),
    withMark: colour('with-mark'),
    family: colour('family'),
    textPx: Math.round(rootPx * 0.75 * 10) / 10,
  };
}

/** The tone for marks and the tone for text of a judgement; ink where nothing is judged. */
export function tonesOf(judgement: string, palette: Palette): { readonly mark: string; readonly text: string } {
  if (judgement === 'against') return { mark: palette.againstMark, text: palette.against };
  if (judgement === 'with') return { mark: palette.withMark, text: palette.with };
  return { mark: palette.ink, text: palette.ink };
}
