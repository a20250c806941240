import { demoServer } from './demo-server.ts';

/** Serves the demo organisation to all tests that only read, until whoever started it goes. */
const server = await demoServer();
process.once('disconnect', () => void server.close());
process.send?.(server.url);
