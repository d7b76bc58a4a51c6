// List of all conformance checks: one line per service.
import type { Check } from '../check.ts';
import { apigeeChecks } from './apigee/checks.ts';
import { gatewayChecks } from './gateway/checks.ts';
import { gkeChecks } from './gke/checks.ts';
import { googleChecks } from './google/checks.ts';
import { kubernetesChecks } from './kubernetes/checks.ts';
import { slackChecks } from './slack/checks.ts';

export const checks: readonly Check[] = [
  ...googleChecks,
  ...gkeChecks,
  ...apigeeChecks,
  ...kubernetesChecks,
  ...gatewayChecks,
  ...slackChecks,
];
