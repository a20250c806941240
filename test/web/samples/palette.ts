import { paletteFrom } from '../../../web/charts/palette.ts';

/** Every colour is its own name, so that a test can say which one was used. */
export const palette = paletteFrom((name) => name, 16);
