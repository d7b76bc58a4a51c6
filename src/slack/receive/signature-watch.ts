// The deliveries whose signature was refused: counted, logged with the remedy, and told apart from a wrong secret.
import { fail } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';

/** `missing`: no signature. `stale`: its timestamp is minutes off. `mismatch`: made with another secret. */
export type SignatureRefusal = 'missing' | 'stale' | 'mismatch';

export interface SignatureWatch {
  accepted(): void;
  refused(reason: SignatureRefusal): void;
  /** @throws permanent/signing_secret when deliveries came and every one of them was refused. */
  check(): void;
}

const sayEveryMs = 60_000;

const remedies: Readonly<Record<SignatureRefusal, string>> = {
  missing: 'Only Slack may call this address; a request without a signature is not from Slack.',
  stale: 'Check the clock of this machine: timestamps may differ by five minutes.',
  mismatch:
    'Check SLACK_SIGNING_SECRET: it must be the Signing Secret of this Slack app (Basic Information).',
};

export function createSignatureWatch(
  log: Log,
  metrics: Pick<Metrics, 'refusedSignatures'>,
): SignatureWatch {
  const state = { hasAccepted: false, mismatches: 0 };
  const since = new Map<SignatureRefusal, { at: number; refused: number }>();
  return {
    accepted: () => {
      state.hasAccepted = true;
    },
    refused: (reason) => {
      metrics.refusedSignatures.inc({ reason });
      if (reason === 'mismatch') state.mismatches += 1;
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
      if (state.hasAccepted || state.mismatches === 0) return;
      const message = `Every delivery so far (${state.mismatches}) was signed with another secret`;
      throw fail('permanent', 'signing_secret', message, {
        next: remedies.mismatch,
        details: { variable: 'SLACK_SIGNING_SECRET' },
      });
    },
  };
}
