// Counts and logs of deliveries with a refused signature.
import { fail } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';

/** `missing`: no signature. `mismatch`: made with another secret. `stale`: valid, but its timestamp is minutes off. */
export type SignatureRefusal = 'missing' | 'stale' | 'mismatch';

export interface SignatureWatch {
  accepted(): void;
  refused(reason: SignatureRefusal): void;
  /** @throws permanent/signing_secret, permanent/clock_off while no signed delivery is accepted. */
  check(): void;
}

const sayEveryMs = 60_000;
/** Anybody may send a wrong signature: after accepted ones, a few wrong ones prove nothing. */
const doubtfulInARow = 5;

const remedies: Readonly<Record<SignatureRefusal, string>> = {
  missing: 'Only Slack may call this address; a request without a signature is not from Slack.',
  stale: 'Check the clock of this machine: timestamps may differ by five minutes.',
  mismatch:
    'Check SLACK_SIGNING_SECRET: it must be the Signing Secret of this Slack app (Basic Information).',
};

const faults = {
  mismatch: {
    code: 'signing_secret',
    message: 'were signed with another secret',
    details: { variable: 'SLACK_SIGNING_SECRET' },
  },
  stale: { code: 'clock_off', message: 'have a timestamp that is minutes off', details: {} },
} as const;

export function createSignatureWatch(
  log: Log,
  metrics: Pick<Metrics, 'refusedSignatures'>,
): SignatureWatch {
  const state: { hasAccepted: boolean; inARow: number; last: keyof typeof faults } = {
    hasAccepted: false,
    inARow: 0,
    last: 'mismatch',
  };
  const since = new Map<SignatureRefusal, { at: number; refused: number }>();
  return {
    accepted: () => {
      state.hasAccepted = true;
      state.inARow = 0;
    },
    refused: (reason) => {
      metrics.refusedSignatures.inc({ reason });
      if (reason !== 'missing') {
        state.inARow += 1;
        state.last = reason;
      }
      const said = since.get(reason) ?? { at: -sayEveryMs, refused: 0 };
      said.refused += 1;
      since.set(reason, said);
      if (performance.now() - said.at < sayEveryMs) return;
      const fields = { reason, refused: said.refused, next: remedies[reason] };
      since.set(reason, { at: performance.now(), refused: 0 });
      if (reason !== 'mismatch') return log.warn(fields, 'delivery signature refused');
      log.error({ ...fields, variable: 'SLACK_SIGNING_SECRET' }, 'delivery signature refused');
    },
    check: () => {
      const { hasAccepted, inARow, last } = state;
      if (inARow < (hasAccepted ? doubtfulInARow : 1)) return;
      const { code, message, details } = faults[last];
      throw fail('permanent', code, `All of the last ${inARow} deliveries ${message}`, {
        next: remedies[last],
        details,
      });
    },
  };
}
