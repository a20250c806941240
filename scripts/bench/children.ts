import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of ours in a process of its own, told things and answering one after the other. */
export interface Child {
  readonly pid: number;
  /** Its next message. @throws Error where it ends instead */
  hear(): Promise<unknown>;
  tell(message: object): void;
  end(): Promise<void>;
}

/** @param flags of Node; those of this process, where nothing else is said */
export function startChild(
  program: string,
  args: readonly string[] = [],
  environment = process.env,
  flags: readonly string[] = process.execArgv,
): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child: ChildProcess = fork(path, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: environment,
    execArgv: [...flags],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    hear: async () => {
      const said = once(child, 'message');
      const first: unknown[] = await Promise.race([said, ended.then(() => [])]);
      if (first.length === 0) throw new Error(`${program} ended with ${String(child.exitCode ?? child.signalCode)}`);
      return first[0];
    },
    tell: (message) => void child.send(message),
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
