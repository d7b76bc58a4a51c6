// Port for completions through a gateway: every response is a result, faults included.

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface CompletionRequest {
  /** `http://ADDRESS:PORT` of the gateway; `/v1/completions` or `/v1/chat/completions` is appended. */
  readonly baseUrl: string;
  /** Host name to send instead of that of `baseUrl`; its port stays. */
  readonly host?: string | undefined;
  /** Sent as `x-api-key`; absent sends no such header. */
  readonly consumerKey?: string | undefined;
  readonly model: string;
  /** A text is completed; messages are answered by the model's chat template. */
  readonly prompt: string | readonly ChatMessage[];
  /** Stop texts, which end the answer. */
  readonly stop?: readonly string[] | undefined;
  readonly maxTokens: number;
  readonly temperature?: number | undefined;
  readonly stream: boolean;
  /** Called with the complete text so far, at each piece of a streamed answer. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Maximum time to the complete answer, ms; default 300 000, the gateway's own limit. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CompletionAnswer {
  readonly ok: true;
  readonly text: string;
  readonly model: string;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
  /** ms from the request to the first text. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
  /** The answer came as an event stream; `pieces` counts its network reads with text. */
  readonly streamed: boolean;
  readonly pieces: number;
  readonly finishReason: WholeEnding;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The unchanged body; empty for a streamed answer. */
  readonly body: string;
}

/** Ending of a complete answer. `length`: cut at `maxTokens`; `content_filter`: cut by a filter. */
export type WholeEnding = 'stop' | 'length' | 'content_filter';

/** Reason why an answer without an error is incomplete. */
export type Unfinished =
  /** A finish reason other than those of a complete answer: `abort`, `error`, `tool_calls`, … */
  | { readonly why: 'ended_with'; readonly finishReason: string }
  /** No finish reason came: the answer was cut. */
  | { readonly why: 'no_end' }
  /** All tokens went into the model's reasoning; `isCut`: up to `maxTokens`. */
  | { readonly why: 'only_reasoning'; readonly isCut: boolean }
  /** The model declined to answer; its text may be empty. */
  | { readonly why: 'refused'; readonly refusal: string }
  /** A filter removed the whole answer. */
  | { readonly why: 'filtered' }
  /** The model ended without any text. */
  | { readonly why: 'empty' };

export type NetworkFault = 'refused' | 'reset' | 'timeout' | 'dns' | 'unreachable';

export interface CompletionFault {
  readonly ok: false;
  /** undefined when no HTTP answer came. */
  readonly status: number | undefined;
  /** The body, or the failing event of a stream; at most 16 kB. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly network: NetworkFault | undefined;
  /** True when it failed after the answer had begun. */
  readonly midStream: boolean;
  /** Text that had arrived before the failure. */
  readonly partialText: string;
  readonly unfinished?: Unfinished | undefined;
}

export type Completion = CompletionAnswer | CompletionFault;

export interface InferenceClient {
  /** Rejects only with the reason of the caller's own signal. */
  complete(request: CompletionRequest): Promise<Completion>;
}
