// Raw exchange of one request and its answer, before any replacement.

export interface RawExchange {
  /** Check that was running when the request began. */
  readonly check: string;
  readonly method: string;
  readonly url: string;
  readonly requestBody: Buffer;
  /** HTTP status, or gRPC's code by name; `no answer` where the connection failed. */
  status: number | string;
  headers: Readonly<Record<string, string>>;
  responseBody: Buffer;
}

export interface WireListener {
  /** Check to which a request that begins now belongs; undefined: not recorded. */
  check(): string | undefined;
  onExchange(exchange: RawExchange): void;
}

/** One exchange in progress: its parts arrive in pieces. */
export interface OpenExchange {
  sent(chunk: unknown): void;
  received(chunk: unknown): void;
  answered(status: number | string, headers: Readonly<Record<string, string>>): void;
  /** Reports it, once. */
  end(): void;
}

/** The size limit of a recorded answer body. */
const maxBodyBytes = 2_000_000;

export function openExchange(
  listener: WireListener,
  request: { readonly method: string; readonly url: string },
): OpenExchange | undefined {
  const check = listener.check();
  if (check === undefined) return undefined;
  const sent: Buffer[] = [];
  const received: Buffer[] = [];
  let size = 0;
  let answer: Pick<RawExchange, 'status' | 'headers'> = { status: 'no answer', headers: {} };
  let hasEnded = false;
  return {
    sent: (chunk) => void sent.push(...toBuffers(chunk)),
    received: (chunk) => {
      for (const buffer of toBuffers(chunk)) {
        size += buffer.length;
        if (size <= maxBodyBytes) received.push(buffer);
      }
    },
    answered: (status, headers) => {
      answer = { status, headers };
    },
    end: () => {
      if (hasEnded) return;
      hasEnded = true;
      listener.onExchange({
        check,
        ...request,
        ...answer,
        requestBody: Buffer.concat(sent),
        responseBody: Buffer.concat(received),
      });
    },
  };
}

function toBuffers(chunk: unknown): Buffer[] {
  if (typeof chunk === 'string') return [Buffer.from(chunk)];
  return chunk instanceof Uint8Array ? [Buffer.from(chunk)] : [];
}
