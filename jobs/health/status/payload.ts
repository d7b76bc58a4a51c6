// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName } from '../../../src/job/addressee.ts';

export const statusPayload = z.object({ gateway: gatewayName, to: addressee });
export type StatusPayload = z.infer<typeof statusPayload>;
