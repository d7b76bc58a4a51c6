// Concurrency slots of a model server, with a first-come, first-served queue.

export interface Slots {
  /** Resolves with the slot's release function; undefined when `gone` was aborted earlier. */
  take(server: string, limit: number, gone: AbortSignal): Promise<(() => void) | undefined>;
}

interface Server {
  running: number;
  /** Each waiter gets the slot of a finished request. */
  readonly queue: (() => void)[];
}

export function createSlots(): Slots {
  const servers = new Map<string, Server>();
  return {
    take: async (name, limit, gone) => {
      const server = servers.get(name) ?? { running: 0, queue: [] };
      servers.set(name, server);
      if (server.running < limit) server.running += 1;
      else if (!(await turn(server, gone))) return undefined;
      return () => {
        const next = server.queue.shift();
        if (next !== undefined) return next();
        server.running -= 1;
        if (server.running === 0) servers.delete(name);
      };
    },
  };
}

/** @returns whether the request got a slot. */
function turn(server: Server, gone: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const go = (): void => {
      gone.removeEventListener('abort', leave);
      resolve(true);
    };
    const leave = (): void => {
      server.queue.splice(server.queue.indexOf(go), 1);
      resolve(false);
    };
    if (gone.aborted) return resolve(false);
    server.queue.push(go);
    gone.addEventListener('abort', leave, { once: true });
  });
}
