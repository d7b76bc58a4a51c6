// Schemas of the Hugging Face Hub's responses.
import { z } from 'zod';

export const account = z.object({ name: z.string() });
