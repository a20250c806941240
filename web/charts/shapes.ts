import type { CustomSeriesOption } from 'echarts/charts';

/** A rectangle in pixels of the drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What annotations are made of: lines, words, dots and bands, in pixels. */
export type Shape =
  | {
      readonly type: 'line';
      readonly from: readonly [number, number];
      readonly to: readonly [number, number];
      readonly colour: string;
      readonly width: number;
      readonly dash?: readonly number[];
    }
  | {
      readonly type: 'text';
      readonly at: readonly [number, number];
      readonly text: string;
      readonly colour: string;
      readonly size: number;
      readonly weight: number;
      readonly align: 'left' | 'center' | 'right';
      readonly vertical: 'top' | 'middle' | 'bottom';
      readonly isUpright?: boolean;
      /** Paper behind the letters, so that lines do not run through them. */
      readonly halo?: string;
    }
  | { readonly type: 'band'; readonly box: Box; readonly colour: string }
  | {
      readonly type: 'dot';
      readonly at: readonly [number, number];
      readonly radius: number;
      readonly fill: string;
      readonly stroke: string;
      readonly width: number;
    };

/** Diagonal lines at 45°, clipped to the box: hatched means not final, or not known. */
export function hatchOf(box: Box, gap: number, colour: string): Shape[] {
  const shapes: Shape[] = [];
  for (let offset = gap / 2; offset < box.width + box.height; offset += gap) {
    const from: [number, number] =
      offset <= box.height ? [box.x, box.y + offset] : [box.x + offset - box.height, box.y + box.height];
    const to: [number, number] = offset <= box.width ? [box.x + offset, box.y] : [box.x + box.width, box.y + offset - box.width];
    shapes.push({ type: 'line', from, to, colour, width: 1 });
  }
  return shapes;
}

/** How wide a text will be, closely enough to leave room for it: an average of Inter's letters and figures. */
export const widthOf = (text: string, size: number): number =>
  [...text].reduce((sum, sign) => sum + (/[iljtf.,:' |]/.test(sign) ? 0.32 : /[A-Zmw%≥≤]/.test(sign) ? 0.88 : 0.6), 0) * size;

/** All shapes as one series that is in no coordinate system: it draws in pixels. */
export function annotations(shapes: readonly Shape[], family: string, z: number): CustomSeriesOption {
  return {
    type: 'custom',
    coordinateSystem: 'none',
    silent: true,
    animation: false,
    z,
    data: [0],
    renderItem: () => ({ type: 'group', children: shapes.map((shape) => elementOf(shape, family)) }),
  };
}

type Child = NonNullable<
  Extract<ReturnType<NonNullable<CustomSeriesOption['renderItem']>>, { type: 'group' }>['children']
>[number];

function elementOf(shape: Shape, family: string): Child {
  switch (shape.type) {
    case 'line': {
      const [x1, y1] = shape.from;
      const [x2, y2] = shape.to;
      const style = {
        stroke: shape.colour,
        lineWidth: shape.width,
        ...(shape.dash === undefined ? {} : { lineDash: [...shape.dash] }),
      };
      return { type: 'line', shape: { x1, y1, x2, y2 }, style };
    }
    case 'text': {
      const [x, y] = shape.at;
      return {
        type: 'text',
        x,
        y,
        rotation: shape.isUpright === true ? Math.PI / 2 : 0,
        style: {
          text: shape.text,
          font: `${shape.weight} ${shape.size}px ${family}`,
          fill: shape.colour,
          align: shape.align,
          verticalAlign: shape.vertical,
          ...(shape.halo === undefined ? {} : { stroke: shape.halo, lineWidth: 4 }),
        },
      };
    }
    case 'band':
      return { type: 'rect', shape: { ...shape.box }, style: { fill: shape.colour } };
    case 'dot': {
      const [cx, cy] = shape.at;
      return {
        type: 'circle',
        shape: { cx, cy, r: shape.radius },
        style: { fill: shape.fill, stroke: shape.stroke, lineWidth: shape.width },
      };
    }
  }
}
