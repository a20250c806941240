import type { Viewer } from '../jobs/engine.ts';

/** Who runs a command on this machine: nobody in the data, sees groups only. */
export const anyone: Viewer = { who: 'command line', roles: ['viewer', 'operator'], teams: [] };
