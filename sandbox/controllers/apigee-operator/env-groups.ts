// The environment group of the operator for an environment without a group.
import type { ApigeeState, EnvGroup } from '../../apigee/state.ts';
import type { SandboxContext } from '../../core/context.ts';
import { hash } from '../conditions.ts';

/** The group gets a host of its own; its name does not contain the environment. */
export function ensureEnvGroup(
  context: SandboxContext,
  apigee: ApigeeState,
  organization: string,
  environment: string,
): void {
  const org = apigee.organizations[organization];
  if (org === undefined) return;
  const isAttached = (group: EnvGroup): boolean =>
    Object.values(group.attachments).some((one) => one.environment === environment);
  if (Object.values(org.envgroups).some(isAttached)) return;
  const name = `apim-enabled-dep-env-group-${hash(`${organization}/${environment}`, 6)}`;
  const known = org.envgroups[name];
  // The operator attaches once: an environment that is detached later stays detached.
  if (known !== undefined) return;
  const attachment = crypto.randomUUID();
  org.envgroups[name] = {
    name,
    hostnames: [`${name}.svc.google.com`],
    attachments: { [attachment]: { name: attachment, environment } },
    createdAt: context.clock.now(),
  };
  context.changed('apigee');
}
