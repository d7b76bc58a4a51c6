// App attribute that marks a rotation; Apigee stores it with the new key. Pure.
import type { DeveloperApp, Attribute } from '../../src/clients/apigee/schema.ts';
import { attributeOf } from '../../src/gateway/credential.ts';

const name = 'llmgw-rotation';

export interface Rotation {
  /** The job that created the newest key: run again after a crash, it creates no other. */
  readonly job: string;
  /** When the older keys are deleted, ms since the epoch. */
  readonly until: number;
}

export function readRotation(app: DeveloperApp): Rotation | undefined {
  const [, job, until] = /^(\S+) (\d+)$/.exec(attributeOf(app, name) ?? '') ?? [];
  return job === undefined ? undefined : { job, until: Number(until) };
}

/** The app's attributes with the mark. */
export function withRotation({ attributes }: DeveloperApp, { job, until }: Rotation): Attribute[] {
  const others = attributes.filter((one) => one.name !== name);
  return [...others, rotationMark({ job, until })];
}

export const rotationMark = ({ job, until }: Rotation): Attribute => ({
  name,
  value: `${job} ${until}`,
});
