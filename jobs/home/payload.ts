// Payload of the Home job: ids only.
import { z } from 'zod';
import { addressee } from '../../src/job/addressee.ts';

/** A person's report on every gateway. */
export const homePayload = z.object({ to: addressee });
export type HomePayload = z.infer<typeof homePayload>;
