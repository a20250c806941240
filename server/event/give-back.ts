/**
 * Frees memory that is not read any more, instead of when somebody looks for what nobody holds. Node 20 cannot; there it
 * waits for that.
 */
export const giveBack = (buffer: ArrayBuffer): void => {
  if ('transfer' in buffer) buffer.transfer(0);
};
