// Payload of the doctor job: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName } from '../../../src/job/addressee.ts';

export const doctorPayload = z.object({ gateway: gatewayName, to: addressee });
export type DoctorPayload = z.infer<typeof doctorPayload>;
