import { MIXED, type ItemColumns, type StretchCodes } from '../../../server/event/columns.ts';

/** The same columns with what all stretches of a row have in common, as a table notes it. */
export const noted = (columns: ItemColumns): ItemColumns => {
  const { length, stretchStart } = columns;
  const of = ({ dictionary, codes }: StretchCodes): StretchCodes => ({
    dictionary,
    codes,
    ofRow: Int32Array.from({ length }, (_, row) => {
      const own = [...new Set(codes.subarray(stretchStart[row], stretchStart[row + 1]))];
      return own.length === 1 ? (own[0] ?? MIXED) : MIXED;
    }),
  });
  return { ...columns, stretchTeam: of(columns.stretchTeam), stretchService: of(columns.stretchService) };
};
