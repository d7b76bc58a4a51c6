// A failed completion as the fault table looks at it: its body read in every shape that a gateway's parts speak.
import { parseJson } from '../../kernel/json.ts';
import { z } from 'zod';
import type { CompletionFault } from '../../clients/inference/client.ts';
import type { Quota } from '../../kernel/config.ts';

export interface ObservedFault extends CompletionFault {
  /** Apigee's `fault.detail.errorcode`. */
  readonly errorCode: string | undefined;
  readonly faultString: string;
  /** The model server's error, in its flat or its nested shape. */
  readonly model: { readonly type: string; readonly message: string } | undefined;
  /** What the endpoint picker says: `ServiceUnavailable`, … */
  readonly picker: string | undefined;
}

/** What a row may use to find its words. */
export interface Circumstances {
  readonly gateway: string;
  readonly quota: Quota;
  /** The model that was asked for, and the one that the gateway was made for. */
  readonly model: string;
  readonly ownModel: string;
  /** The request carried a key. */
  readonly sentKey: boolean;
  /** When it was seen, ms since the epoch. */
  readonly now: number;
  /** Masks every registered secret. */
  redact(text: string): string;
}

const apigeeFault = z.object({
  fault: z.object({
    faultstring: z.string().default(''),
    detail: z.object({ errorcode: z.string().default('') }).default({ errorcode: '' }),
  }),
});
const noWords = 'no reason was given';
/** vLLM's object, or a text alone as some fronts write it. */
const nestedError = z.object({
  error: z.union([
    z.string().transform((message) => ({ message, type: '' })),
    z.object({ message: z.string().default(noWords), type: z.string().nullish() }),
  ]),
});
const flatError = z.object({
  object: z.literal('error'),
  message: z.string(),
  type: z.string().nullish(),
});

export function observeFault(fault: CompletionFault): ObservedFault {
  const json = parseJson(fault.body);
  const apigee = apigeeFault.safeParse(json);
  const nested = nestedError.safeParse(json);
  const flat = flatError.safeParse(json);
  const said = nested.success ? nested.data.error : flat.success ? flat.data : undefined;
  return {
    ...fault,
    errorCode: apigee.success ? apigee.data.fault.detail.errorcode : undefined,
    faultString: apigee.success ? apigee.data.fault.faultstring : '',
    model: said === undefined ? undefined : { type: said.type ?? '', message: said.message },
    picker: /^inference gateway: (\w+)/.exec(fault.body.trim())?.[1],
  };
}
