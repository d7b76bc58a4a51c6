// What is said of keys, and to whom: the key itself to its owner alone.
import type { ApprovalNotifier } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';

export interface KeyReveal {
  readonly gateway: string;
  readonly app: string;
  readonly consumerKey: string;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly quota: string;
  readonly issuedAt: number | undefined;
  /** ms since the epoch; undefined for never. */
  readonly expiresAt: number | undefined;
  readonly isNew: boolean;
  /** Another end was asked for, which a key that is there cannot take. */
  readonly isEndKept?: boolean;
  /** Of a rotation: the older keys, masked, and when they go. */
  readonly replaces?: Replaced;
}

export interface Replaced {
  readonly old: readonly string[];
  readonly until: number;
}

/** What may be said of a key beside itself. */
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
  /** Slack id of who revoked it here. */
  readonly revokedBy: string | undefined;
  /** It works until then, as a newer one replaces it. */
  readonly goesAt?: number;
}

export interface KeyApp {
  readonly app: string;
  readonly isMadeHere: boolean;
  readonly isWorking: boolean;
  readonly rows: readonly KeyRow[];
}

/** Everything that is said of keys without showing one. `by` is the Slack id of who did it. */
export type KeyNews =
  | {
      readonly kind: 'list';
      readonly owner: string;
      readonly gateway: string;
      readonly apps: readonly KeyApp[];
    }
  /** To the owner, of a key that an operator had made; and to that operator. */
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
  /** Shows the key to its owner alone: fills the modal, else says ephemerally that it waits behind Reveal. */
  revealKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Says, to the owner alone, that the key exists (masked) with a Reveal button. */
  announceKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Says what became of keys: in the asker's window, else to their eyes; in a direct message where `to` names one. */
  tellKey(to: Addressee, news: KeyNews): Promise<void>;
}

export type KeyContext = JobContext & { readonly notifier: KeyNotifier & ApprovalNotifier };
