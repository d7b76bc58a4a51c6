// Failed completions with their bodies parsed, as the fault table reads them.
import { parseJson } from '../../kernel/json.ts';
import { z } from 'zod';
import { type BodyError, errorIn, missingReason } from '../../clients/inference/error-body.ts';
import type { CompletionFault } from '../../clients/inference/client.ts';
import type { Quota } from '../../kernel/config.ts';

export interface ObservedFault extends CompletionFault {
  /** Apigee's `fault.detail.errorcode`. */
  readonly errorCode: string | undefined;
  readonly faultString: string;
  /** The model server's error, in any format. */
  readonly model: BodyError | undefined;
  /** The endpoint picker's reason: `ServiceUnavailable`, … */
  readonly picker: string | undefined;
}

/** Facts that the text of a row may use. */
export interface Circumstances {
  readonly gateway: string;
  readonly quota: Quota;
  /** The requested model, and the configured model of the gateway. */
  readonly model: string;
  readonly ownModel: string;
  /** The request carried a key. */
  readonly sentKey: boolean;
  /** Time of the fault, ms since the epoch. */
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
export function observeFault(fault: CompletionFault): ObservedFault {
  const apigee = apigeeFault.safeParse(parseJson(fault.body));
  return {
    ...fault,
    errorCode: apigee.success ? apigee.data.fault.detail.errorcode : undefined,
    faultString: apigee.success ? apigee.data.fault.faultstring : '',
    model: apigee.success ? undefined : modelError(fault),
    picker: /^inference gateway: (\w+)/.exec(fault.body.trim())?.[1],
  };
}

/** After the start of an answer, anything but a piece of it is an error of the model server. */
function modelError({ body, midStream, unfinished }: CompletionFault): ObservedFault['model'] {
  const json = parseJson(body);
  const said = errorIn(json);
  if (said !== undefined || !midStream || unfinished !== undefined || body.trim() === '')
    return said;
  const isPiece = typeof json === 'object' && json !== null && 'choices' in json;
  return { type: '', message: isPiece ? missingReason : body.trim() };
}
