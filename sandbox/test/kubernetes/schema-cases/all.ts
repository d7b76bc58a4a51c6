// All schema cases.
import type { Case } from './case.ts';
import { cases as common } from './common.ts';
import { extensionCases } from './extensions.ts';
import { policyCases } from './policies.ts';
import { routeCases } from './routes.ts';

export const cases: readonly Case[] = [...common, ...routeCases, ...extensionCases, ...policyCases];
