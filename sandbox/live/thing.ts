// What the cloud panel shows of one thing of the world: how it is, in words, and what it waits for.

export interface Thing {
  /** Stable as long as the thing is the same one. */
  readonly id: string;
  /** As its service names it: `Cluster`, `HTTPRoute` … */
  readonly kind: string;
  readonly name: string;
  readonly state: 'ok' | 'waiting' | 'bad' | 'going';
  /** Its service's own word for it: `RUNNING`, `Accepted` … */
  readonly says: string;
  /** What it waits for, or what is wrong; '' when nothing. */
  readonly why: string;
  readonly facts: readonly string[];
  /** Real ms since the epoch: when it began and when it is expected to be over. */
  readonly span?: { readonly from: number; readonly until: number };
}

export interface Part {
  readonly id: string;
  readonly title: string;
  readonly things: readonly Thing[];
}

type NewThing = Partial<Thing> & Pick<Thing, 'kind' | 'name' | 'state' | 'says'>;

export const thing = (of: NewThing): Thing => ({
  id: `${of.kind}/${of.name}`,
  why: '',
  facts: [],
  ...of,
});
