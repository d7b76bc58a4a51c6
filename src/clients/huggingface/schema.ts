// What we read of the Hugging Face Hub's answers.
import { z } from 'zod';

export const account = z.object({ name: z.string() });
