// Notifier port for keys; only the owner sees a key itself.
import type { ApprovalNotifier } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';

export interface KeyReveal {
  readonly gateway: string;
  readonly app: string;
  readonly consumerKey: string;
  readonly endpoint: string | undefined;
  /** Host name that requests have to carry; undefined: the endpoint's own. */
  readonly host?: string | undefined;
  readonly model: string;
  readonly quota: string;
  readonly issuedAt: number | undefined;
  /** ms since the epoch; undefined for never. */
  readonly expiresAt: number | undefined;
  readonly isNew: boolean;
  /** Another expiry was requested, which an existing key cannot take. */
  readonly isEndKept?: boolean;
  /** Of a rotation: the older keys, masked, and when they are deleted. */
  readonly replaces?: Replaced;
}

export interface Replaced {
  readonly old: readonly string[];
  readonly until: number;
}

/** Public facts about a key. */
export interface KeyFacts {
  /** Slack id. */
  readonly owner: string;
  readonly gateway: string;
  /** As Apigee names it. */
  readonly app: string;
  readonly masked: string;
  readonly expiresAt: number | undefined;
}

export interface KeyRow {
  readonly masked: string;
  readonly state: 'usable' | 'pending' | 'revoked' | 'expired';
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** Slack id of the person who revoked it here. */
  readonly revokedBy: string | undefined;
  /** It works until then: a newer key replaces it. */
  readonly goesAt?: number;
}

export interface KeyApp {
  readonly app: string;
  readonly isMadeHere: boolean;
  readonly isWorking: boolean;
  readonly rows: readonly KeyRow[];
}

/** News about keys that shows none. `by` is the Slack id of the person who acted. */
export type KeyNews =
  | {
      readonly kind: 'list';
      readonly owner: string;
      readonly gateway: string;
      readonly apps: readonly KeyApp[];
    }
  /** `issued` goes to the owner, `issued_for` to the operator who issued the key. */
  | ({ readonly kind: 'issued'; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'issued_for'; readonly isNew: boolean } & KeyFacts)
  /** `old`: masked, those that work until it is approved. */
  | ({ readonly kind: 'pending'; readonly old: readonly string[] } & KeyFacts)
  | ({ readonly kind: 'ends' } & KeyFacts)
  | ({ readonly kind: 'approved' | 'denied'; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'rotated'; readonly replaces: Replaced; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'retired'; readonly old: readonly string[] } & KeyFacts)
  | ({ readonly kind: 'kept'; readonly old: readonly string[]; readonly why: string } & KeyFacts)
  | ({ readonly kind: 'revoke_question' } & RevokedFacts)
  | ({ readonly kind: 'revoked'; readonly by: string } & RevokedFacts);

interface RevokedFacts {
  readonly owner: string;
  readonly gateway: string;
  readonly app: string;
  /** Masked. */
  readonly keys: readonly string[];
}

export interface KeyNotifier {
  /** Shows the key to its owner alone: in the modal, else masked in an ephemeral message with a Reveal button. */
  revealKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Shows the owner alone the masked key with a Reveal button. */
  announceKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Shows news in the requester's modal, else in an ephemeral message; in a direct message if `to` names one. */
  tellKey(to: Addressee, news: KeyNews): Promise<void>;
}

export type KeyContext = JobContext & { readonly notifier: KeyNotifier & ApprovalNotifier };
