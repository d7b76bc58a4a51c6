// Payload of the Home job: ids only.
import { z } from 'zod';
import { addressee } from '../../src/job/addressee.ts';

/** About every gateway: what one person is shown of them. */
export const homePayload = z.object({ to: addressee });
export type HomePayload = z.infer<typeof homePayload>;
