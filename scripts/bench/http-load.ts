import { connect, type Socket } from 'node:net';

const CONNECTIONS = 50;

/** What was asked for how long, and how often it was answered. */
export interface Load {
  readonly address: string;
  readonly encoding: string;
  readonly ms: number;
}
export interface Answered {
  readonly answers: number;
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Asks one address on 50 connections that are kept, each for the next answer once it has one. It looks for nothing in
 * an answer but where it ends, so that the server is what is measured, and refuses any but 200.
 */
async function load({ address, encoding, ms }: Load): Promise<Answered> {
  const { hostname, port, pathname } = new URL(address);
  const request = Buffer.from(
    `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept-encoding: ${encoding}\r\naccept: application/json\r\n\r\n`,
  );
  const sockets = await Promise.all(
    Array.from(
      { length: CONNECTIONS },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(Number(port), hostname, () => resolve(socket));
          socket.once('error', reject);
        }),
    ),
  );
  const startedAt = performance.now();
  const endsAt = startedAt + ms;
  const counts = await Promise.all(sockets.map((socket) => askUntil(socket, request, endsAt)));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    answers: counts.reduce((sum, { answers }) => sum + answers, 0),
    bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds,
  };
}

function askUntil(socket: Socket, request: Buffer, endsAt: number): Promise<{ answers: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    let [answers, bytes] = [0, 0];
    /** Of the answer at hand: bytes still to come; -1 before its head was read, Infinity where its end is marked. */
    let left = -1;
    let head = '';
    let tail = '';
    const next = (): void => {
      answers += 1;
      [left, head, tail] = [-1, '', ''];
      if (performance.now() < endsAt) socket.write(request);
      else {
        socket.destroy();
        resolve({ answers, bytes });
      }
    };
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      let own = chunk.length;
      if (left === -1) {
        const end = chunk.indexOf('\r\n\r\n');
        head += chunk.subarray(0, end < 0 ? chunk.length : end).toString('latin1');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 200')) return void reject(new Error(head.split('\r\n')[0]));
        left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Infinity);
        own -= end + 4;
      }
      if (left === Infinity) {
        tail = (tail + chunk.subarray(-5).toString('latin1')).slice(-5);
        if (tail === '0\r\n\r\n') next();
        return;
      }
      left -= own;
      if (left === 0) next();
    });
    socket.write(request);
  });
}

process.on('message', (asked: Load) => {
  void load(asked).then(
    (answered) => process.send?.(answered satisfies Answered),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
