// The question before provisioning, and the refusal while another run is at work. Pure.
import type { GatewayConfig } from '../../config.ts';
import type { RunState } from '../../runbook/journal.ts';
import { code, duration, moment } from '../slack-text.ts';
import { type Message, actions, context, outcome, section } from './message.ts';
import type { RunbookOutline } from './run-card.ts';

export function provisionQuestion(
  gateway: GatewayConfig,
  outline: RunbookOutline,
  runId: string,
): Message {
  const { quota } = gateway;
  const lines = [
    `*Cluster:* ${code(gateway.clusterName)} in ${code(gateway.zone)}, project ${code(gateway.projectId)}`,
    `*Nodes:* ${gateway.nodeCount} × ${code(gateway.machineType)}, each with one model server`,
    `*Model:* ${code(gateway.model)}`,
    `*Protection:* Apigee ${code(gateway.apigeeOrg)}, environment ${code(gateway.apigeeEnv)}, ${quota.limit} requests a ${quota.timeUnit} for each app`,
  ];
  const steps = `${outline.steps.length} steps, usually about ${duration(criticalPath(outline))}.`;
  return {
    text: `Provision the gateway ${gateway.name}? ${steps} Nothing has been started.`,
    blocks: [
      section(
        `*Provision the gateway ${code(gateway.name)}?*\nWhat is missing is created, what drifted is mended, what is as wanted stays as it is.`,
      ),
      section(lines.join('\n')),
      actions([
        { label: 'Provision', action: 'run.start', value: runId, style: 'primary' },
        { label: 'Cancel', action: 'run.dismiss', value: runId },
      ]),
      context(`${steps} The nodes cost money for as long as they stand.`),
    ],
    mark: outcome('asked', runId),
  };
}

export function lockedMessage(holder: RunState, job: string): Message {
  const { runId, by, target } = holder.request;
  const text = `The run \`${runId}\` holds the gateway \`${target}\`: started by <@${by.user}> ${moment(holder.startedAt)} in <#${by.channel}>, and ${holder.status}.`;
  return {
    text: `${text} Nothing was started.`,
    blocks: [
      section(`:no_entry: *Not now.* ${text} Nothing was started.`),
      section('*Next:* wait for its card, or stop it with `/llmgw cancel`.'),
    ],
    mark: outcome('refused', job),
  };
}

/** Typical time of the longest chain of steps, ms. */
function criticalPath(outline: RunbookOutline): number {
  const ends = new Map<string, number>();
  for (const { id, needs, expectMs } of outline.steps) {
    ends.set(id, Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)) + expectMs);
  }
  return Math.max(0, ...ends.values());
}
