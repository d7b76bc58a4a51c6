// Addressee of a job's answer, part of every payload. Ids only.
import { z } from 'zod';

export type SeenBy = 'asker' | 'everybody';

/** Place and owner of an answer. Ids only. */
export interface Addressee {
  readonly user: string;
  readonly channel: string;
  /** Channel of the request, if the card goes to another one. */
  readonly askedIn?: string | undefined;
  /** Thread to answer in, for mentions. */
  readonly threadTs?: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it. */
  readonly isThreadNew?: boolean | undefined;
  /** Audience of the outcome. Absent: everyone in the thread of a mention, else the asker. */
  readonly seenBy?: SeenBy | undefined;
  /** Id of the job; every final answer names it. */
  readonly job: string;
  /** Loading modal that the person's action opened, to be filled. */
  readonly viewId?: string | undefined;
}

export const addressee = z.object({
  user: z.string().min(1),
  channel: z.string().min(1),
  askedIn: z.string().min(1).optional(),
  threadTs: z.string().optional(),
  isThreadNew: z.boolean().optional(),
  seenBy: z.enum(['asker', 'everybody']).optional(),
  job: z.string().regex(/^[a-z0-9-]+$/),
  viewId: z.string().optional(),
});

/** The name of a gateway in a payload. */
export const gatewayName = z.string().min(1);

/** The approval of a run: the question's id, and the operator who approved it. */
export const runApproval = z.object({
  id: z.string().min(1),
  by: z.object({ user: z.string().min(1), channel: z.string().min(1) }),
});

/** Without a thread, a command's answer goes to the asker alone. */
export function seenBy({
  threadTs,
  seenBy: desired,
}: Pick<Addressee, 'threadTs' | 'seenBy'>): SeenBy {
  return threadTs === undefined ? 'asker' : (desired ?? 'everybody');
}

/** A request from Home updates the requester's Home. */
export const fromHome = ({ to }: { readonly to: Pick<Addressee, 'user' | 'channel'> }) =>
  to.user === to.channel ? [to.user] : [];
