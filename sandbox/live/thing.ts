// One resource in the cloud panel: its state, the reason, and its facts.

export interface Thing {
  /** Stable for the lifetime of the resource. */
  readonly id: string;
  /** Kind in its service's terms: `Cluster`, `HTTPRoute` … */
  readonly kind: string;
  readonly name: string;
  readonly state: 'ok' | 'waiting' | 'bad' | 'going';
  /** State in its service's terms: `RUNNING`, `Accepted` … */
  readonly says: string;
  /** The awaited condition or the problem; '' when there is none. */
  readonly why: string;
  readonly facts: readonly string[];
  /** Real ms since the epoch: start and expected end. */
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
