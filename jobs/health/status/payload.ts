// Payload of the status job: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName } from '../../../src/job/addressee.ts';

export const statusPayload = z.object({ gateway: gatewayName, to: addressee });
export type StatusPayload = z.infer<typeof statusPayload>;
