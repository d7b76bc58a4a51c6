// Contract of a conformance check: a question about a service, and the expected answer.
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import type { SlackApi } from '../../src/slack/send/clients.ts';

export type Verdict = 'held' | 'differs' | 'not observed';

export interface Finding {
  readonly verdict: Verdict;
  /** The observation; for `not observed` the reason. Secrets and names are replaced later. */
  readonly seen: string;
}

interface CheckText {
  /** Begins with its service: `apigee-operator-status`. Never renamed, as reports are compared by it. */
  readonly id: string;
  readonly question: string;
  /** Calls that answer the question. */
  readonly observedBy: string;
  /** The answer that the code relies on. */
  readonly bet: string;
  /** Its number among the open questions of docs/conformance.md, which come first in the report. */
  readonly openQuestion?: number;
}

/**
 * `project`: reads a project. `gateway`: reads a provisioned gateway, or writes to the throw-away one.
 * `afterwards`: reads the project once the throw-away gateway is gone.
 */
export interface CloudCheck extends CheckText {
  readonly needs: 'project' | 'gateway' | 'afterwards';
  observe(cloud: CloudUnderTest): Promise<Finding>;
}

export interface SlackCheck extends CheckText {
  readonly needs: 'slack';
  observe(slack: SlackUnderTest): Promise<Finding>;
}

export type Check = CloudCheck | SlackCheck;

export interface CloudUnderTest {
  readonly env: ProvisionEnv;
  /** The context of a provisioning step. */
  readonly context: Context;
  /** The gateway is the kit's own, so that a check may write to it. */
  readonly isThrowAway: boolean;
  /** The speed-up of the cloud: 1 for a real one. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

export interface SlackUnderTest {
  readonly api: SlackApi;
  /** A channel with the bot as a member; absent: none was given. */
  readonly channel: string | undefined;
}

export const held = (seen: string): Finding => ({ verdict: 'held', seen });
export const differs = (seen: string): Finding => ({ verdict: 'differs', seen });
export const notObserved = (reason: string): Finding => ({ verdict: 'not observed', seen: reason });
