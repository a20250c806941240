import type { Palette } from './palette.ts';
import type { Slot } from './panel.ts';
import type { Option } from './review-chart.ts';
import type { Scale } from './scale.ts';
import { annotations, type Box, type Shape } from './shapes.ts';

/** One line through its points in a box, broken where there is no value, with shapes below and above it. */
export function lineOption(
  points: readonly Slot['point'][],
  { box, pad, scale }: { readonly box: Box; readonly pad: number; readonly scale: Scale },
  { below, above }: { readonly below: readonly Shape[]; readonly above: readonly Shape[] },
  palette: Palette,
): Option {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: palette.family },
    grid: [{ left: box.x, top: box.y, width: box.width, height: box.height, outerBoundsMode: 'none' }],
    xAxis: [{ type: 'category', show: false, boundaryGap: true, data: points.map(({ period }) => period) }],
    yAxis: [
      {
        type: 'value',
        show: false,
        min: scale.min,
        // The pad above the highest value belongs to the box.
        max: scale.min + ((scale.max - scale.min) * box.height) / (box.height - pad),
      },
    ],
    series: [
      annotations(below, palette.family, 1),
      {
        type: 'line',
        data: points.map(({ drawn }) => drawn ?? '-'),
        connectNulls: false,
        showSymbol: false,
        silent: true,
        animation: false,
        lineStyle: { color: palette.inkSoft, width: 1.25, join: 'round' },
        z: 3,
      },
      annotations(above, palette.family, 5),
    ],
  };
}
