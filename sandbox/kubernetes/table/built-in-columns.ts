// Columns that kubectl prints for the built-in kinds.
import type { PrinterColumn } from '../resources.ts';

export const builtInColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {};
