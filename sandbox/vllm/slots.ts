// A model server runs so many sequences at once and queues the rest, first come first served.

export interface Slots {
  /** Resolves with what frees the slot; undefined when `gone` was aborted before its turn. */
  take(server: string, limit: number, gone: AbortSignal): Promise<(() => void) | undefined>;
}

interface Server {
  running: number;
  /** Each is handed the slot of the one that ends. */
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

/** @returns whether its turn came. */
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
