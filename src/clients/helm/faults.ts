// What helm writes when it fails -> faults. Pure.
import type { FaultCode } from '../../kernel/fault-codes.ts';
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { awayFault } from '../shared/cluster-away.ts';

interface Row {
  readonly when: RegExp;
  readonly kind: 'refused' | 'transient' | 'permanent';
  readonly code: FaultCode;
  readonly next?: string;
  /** `cluster`: its API is away. `service`: that or the chart registry, whichever the text names. */
  readonly away?: 'cluster' | 'service';
}

/** First match wins; the order is from special to general. */
const rows: readonly Row[] = [
  { when: /release: not found/i, kind: 'permanent', code: 'not_found' },
  // The second: two that found nothing both installed, as a job that was lost and is taken up again does.
  {
    when: /another operation .* is in progress|release: already exists/i,
    kind: 'transient',
    code: 'busy',
  },
  // Helm 4 applies on the server: somebody else manages a field of the chart, such as replicas after a kubectl scale.
  {
    when: /conflict occurred while applying|apply failed with \d+ conflicts?/i,
    kind: 'refused',
    code: 'field_conflict',
    next: 'Remove the field from the other configuration that the message names, then retry the run.',
  },
  // Somebody else wrote in between; a namespace or kind of before goes away; a kind was installed a moment ago.
  {
    when: /object has been modified|is being terminated|no matches for kind|could not find the requested resource/i,
    kind: 'transient',
    code: 'conflict',
  },
  {
    when: /invalid ownership metadata|cannot re-use a name|exists and cannot be imported/i,
    kind: 'refused',
    code: 'not_ours',
    next: 'Another installation of the operator is in the cluster: uninstall it, then retry.',
  },
  {
    when: /server gave HTTP response to HTTPS client/i,
    kind: 'permanent',
    code: 'rejected',
    next: 'Set APIGEE_CHARTS_PLAIN_HTTP=true if the chart registry has no TLS.',
  },
  // Before "cluster unreachable": helm writes that in front of it, too.
  {
    when: /unauthorized|must be logged in|provide credentials/i,
    kind: 'permanent',
    code: 'denied',
    next: "Check that the bot's Google service account may use the cluster and read the charts.",
  },
  {
    when: /cluster unreachable|complete list of server APIs|unable to handle the request|unable to return a response in the time allotted|apiserver (is )?not ready|etcdserver|leader changed|GOAWAY|client connection (lost|force closed)/i,
    kind: 'transient',
    code: 'unavailable',
    away: 'cluster',
  },
  {
    when: /is forbidden|cannot (create|get|list|patch|delete|update) resource/i,
    kind: 'permanent',
    code: 'denied',
    next: "Give the bot's Google service account roles/container.admin on the project.",
  },
  // Before the statuses: a refused value may be any number, and a template may end too soon.
  {
    when: /\bis invalid: |: Invalid value: |\bparse error (at|in|on)\b|\bexecution error at\b|values don't meet the specifications/i,
    kind: 'permanent',
    code: 'rejected',
    next: 'Correct the setting that the message names, then retry the run.',
  },
  {
    when: /\b(status|HTTP)\b[^\n]{0,300}\b(429|5\d\d)\b|too many requests|service unavailable|bad gateway|gateway time-?out|internal (server )?error|has prevented the request from succeeding/i,
    kind: 'transient',
    code: 'unavailable',
    away: 'service',
  },
  // A wrong address looks so, too: not waited for longer than the policy says.
  { when: /no such host|x509/i, kind: 'transient', code: 'unavailable' },
  {
    when: /connection refused|connection reset|broken pipe|timeout|timed out|deadline exceeded|\bEOF\b|TLS handshake|unreachable|no route to host|http2:/i,
    kind: 'transient',
    code: 'unavailable',
    away: 'service',
  },
  {
    when: /manifest unknown|failed to (download|fetch|perform)|: not found|no chart version found/i,
    kind: 'permanent',
    code: 'chart_not_found',
    next: 'Check APIGEE_CHARTS, and that the registry can be reached.',
  },
];

export function helmFault(
  error: unknown,
  seen: {
    readonly doing: string;
    readonly stderr: string;
    readonly plainHttp: boolean;
    /** `https://host[:port]` of the cluster. */
    readonly server?: string | undefined;
  },
): LlmgwError {
  if (error instanceof LlmgwError) return error;
  const said = lastError(seen.stderr);
  if (said === undefined) {
    const isTimeout = error instanceof Error && 'timedOut' in error && error.timedOut === true;
    if (isTimeout) return fail('transient', 'unavailable', `${seen.doing}: helm took too long`);
    return fail('permanent', 'helm_failed', `${seen.doing}: helm did not run`, {
      next: 'Check HELM_BIN.',
    });
  }
  const row = rows.find(({ when }) => when.test(seen.stderr));
  if (row === undefined) {
    return fail('permanent', 'helm_failed', `${seen.doing}: ${said}`, {
      next: 'Mend what the message names, then retry the run.',
    });
  }
  const message = `${seen.doing}: ${said}`;
  const isOfCluster =
    row.away === 'cluster' || (seen.server !== undefined && names(seen.stderr, seen.server));
  if (row.code === 'unavailable' && isOfCluster) return awayFault(message);
  return fail(row.kind, row.code, message, {
    next: row.next,
    untilDeadline: row.away !== undefined,
  });
}

const names = (stderr: string, server: string): boolean =>
  stderr.includes(server.replace('https://', ''));

export function isUnauthorized(stderr: string): boolean {
  return /\bUnauthorized\b|must be logged in|provide credentials/.test(stderr);
}

/** A failed connection to the cluster, not to the chart registry. */
export function isConnectionLost(stderr: string, server: string): boolean {
  return names(stderr, server) && /connection refused|x509|no such host|unreachable/i.test(stderr);
}

/** helm ends with one line `Error: …`; warnings come before it. */
function lastError(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line =
    lines.findLast((each) => each.startsWith('Error:')) ?? lines.findLast((each) => each !== '');
  return line?.replace(/^Error: /, '').slice(0, 600);
}
