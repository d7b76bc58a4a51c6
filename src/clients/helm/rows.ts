// Table of helm's error wordings, because helm exits without a code.
import type { FaultCode } from '../../kernel/fault-codes.ts';
import { isDeniedByPolicy, isStarting, policyAdvice } from '../shared/cluster-policy.ts';
import { certificateAdvice } from '../shared/outage.ts';

export interface HelmRow {
  readonly when: Pick<RegExp, 'test'>;
  readonly kind: 'refused' | 'transient' | 'permanent';
  readonly code: FaultCode;
  readonly next?: string;
  /** Transient: waited for until the deadline. `cluster`: its API is unreachable. `service`: that, or another host. */
  readonly away?: 'cluster' | 'service';
  /** Never the cluster's API itself, though the text names its address. */
  readonly isOutside?: true;
}

const oneOf = (...parts: readonly string[]): RegExp => new RegExp(parts.join('|'), 'i');

const certificate =
  /\bx509: |failed to verify certificate|\btls: (bad|unknown|expired|revoked) certificate|certificate (required|expired|revoked)|unknown certificate authority/i;

/** Go's grammar of network errors, from the call down to the system's words for an errno. */
const network = oneOf(
  String.raw`\b(dial|read|write|close|proxyconnect) (tcp|udp|unix|ip)[46]?\b`,
  String.raw`\blookup [\w.-]+( on \S+)?: `,
  String.raw`\bnet/http: |\bhttp2?: (?!server gave)|\bstream error: stream ID\b|\btls: `,
  String.raw`\bmalformed HTTP (response|status|version)|\bserver closed idle connection\b|\btransport connection broken\b`,
  String.raw`\bEOF\b|\bcontext (deadline exceeded|canceled)\b|\bClient\.Timeout\b|\btime-?out\b|\btimed out\b|\bdeadline exceeded\b`,
  String.raw`use of closed network connection|client connection (lost|force closed)|request canceled|rate limiter Wait`,
  String.raw`connection (refused|reset|aborted|closed|timed out)|broken pipe|software caused connection abort`,
  String.raw`no route to host|(network|host) is (unreachable|down)|network dropped connection|unreachable`,
  String.raw`cannot assign requested address|(endpoint|socket) is not connected|no buffer space available|protocol error`,
  String.raw`temporary failure in name resolution|server misbehaving|\bGOAWAY\b`,
);

/** The API server's words for statuses of an outage, and etcd's. */
const apiServer = oneOf(
  String.raw`cluster unreachable|complete list of server APIs|couldn't get current server API group list`,
  String.raw`server is currently unable to handle the request|unable to return a response in the time allotted`,
  String.raw`request did not complete within|apiserver (is )?(not ready|shutting down)|storage is \(re\)initializing`,
  String.raw`etcdserver: |\bleader changed\b|\bGOAWAY\b|client connection (lost|force closed)|client rate limiter Wait`,
);

/** An outage's status next to its keyword; any other number is no status. */
const statuses = oneOf(
  String.raw`\b(status|status code|code|HTTP|HTTP/[\d.]+)[ :="]{1,3}(408|425|429|500|502|503|504|507|509|52\d)\b`,
  String.raw`\bunexpected status [^\n]{0,300}: (408|425|429|500|502|503|504|507|509|52\d)\b`,
  String.raw`\btoo ?many ?requests\b|has received too many requests|\bservice ?unavailable\b|\bbad gateway\b|\bgateway time-?out\b`,
  String.raw`\binternal ?(server )?error\b|\bserver ?timeout\b|has prevented the request from succeeding`,
);

export const areNetwork = (text: string): boolean => network.test(text);
export const isCertificate = (text: string): boolean => certificate.test(text);

/** First match wins; permanent causes come first, as a refusal may quote any text. */
export const rows: readonly HelmRow[] = [
  { when: /release: not found/i, kind: 'permanent', code: 'not_found' },
  // The second case: two concurrent installs, as after a lost job that is resumed.
  {
    when: /another operation .* is in progress|release: already exists/i,
    kind: 'transient',
    code: 'busy',
  },
  {
    when: { test: isDeniedByPolicy },
    kind: 'permanent',
    code: 'rejected',
    next: policyAdvice,
  },
  // A refused value may be any number or word, and a template may end too early.
  {
    when: /\bis invalid: |: Invalid value: |\bparse error (at|in|on)\b|\bexecution error at\b|values don't meet the specifications/i,
    kind: 'permanent',
    code: 'rejected',
    next: 'Correct the setting, then retry the run.',
  },
  // Helm 4 applies on the server: another manager owns a field of the chart, such as replicas after a kubectl scale.
  {
    when: /conflict occurred while applying|apply failed with \d+ conflicts?/i,
    kind: 'refused',
    code: 'field_conflict',
    next: 'Remove the field from the other configuration, then retry the run.',
  },
  // A concurrent write; or an old namespace or kind that is being deleted.
  {
    when: /object has been modified|is being terminated/i,
    kind: 'transient',
    code: 'conflict',
    away: 'service',
  },
  // A kind that was installed a moment ago; or one that never will be.
  {
    when: /no matches for kind|could not find the requested resource/i,
    kind: 'transient',
    code: 'conflict',
  },
  {
    when: /invalid ownership metadata|cannot re-use a name|exists and cannot be imported/i,
    kind: 'refused',
    code: 'not_ours',
    next: 'Uninstall the other installation of the operator, then retry.',
  },
  {
    when: /server gave HTTP response to HTTPS client/i,
    kind: 'permanent',
    code: 'rejected',
    next: 'Set APIGEE_CHARTS_PLAIN_HTTP=true if the chart registry has no TLS.',
  },
  // Before "cluster unreachable", as helm prefixes this text with it.
  {
    when: /unauthorized|must be logged in|provide credentials/i,
    kind: 'permanent',
    code: 'denied',
    next: "Grant the bot's Google service account access to the cluster and the charts.",
  },
  // The webhook's pod is moving or has no certificate yet; the API server itself has responded.
  {
    when: /failed (calling|to call) webhook|conversion webhook for .* failed/i,
    kind: 'transient',
    code: 'unavailable',
    away: 'service',
    isOutside: true,
  },
  {
    // The access is looked up again; a cause that a person must fix gets only the policy's time.
    when: certificate,
    kind: 'transient',
    code: 'unavailable',
    isOutside: true,
    next: certificateAdvice('the cluster or the chart registry'),
  },
  { when: apiServer, kind: 'transient', code: 'unavailable', away: 'cluster' },
  {
    when: /exceeded quota/i,
    kind: 'permanent',
    code: 'quota_exceeded',
    next: 'Raise the ResourceQuota of the namespace, then retry the run.',
  },
  { when: { test: isStarting }, kind: 'transient', code: 'unavailable', away: 'cluster' },
  {
    when: /is forbidden|cannot (create|get|list|patch|delete|update) resource/i,
    kind: 'permanent',
    code: 'denied',
    next: "Grant the bot's Google service account roles/container.admin on the project.",
  },
  { when: statuses, kind: 'transient', code: 'unavailable', away: 'service' },
  // A wrong address has the same text: waited for as long as the policy says.
  { when: /no such host/i, kind: 'transient', code: 'unavailable' },
  { when: network, kind: 'transient', code: 'unavailable', away: 'service' },
  {
    when: /manifest unknown|failed to (download|fetch|perform)|: not found|no chart version found/i,
    kind: 'permanent',
    code: 'chart_not_found',
    next: 'Check APIGEE_CHARTS and the connection to the chart registry.',
  },
];
