// Mapping of helm's error output to faults. Pure.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { awayFault } from '../shared/cluster-away.ts';
import { type HelmRow, areNetwork, isCertificate, rows } from './rows.ts';

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
  const said = errorText(seen.stderr);
  const row = said === undefined ? undefined : rows.find(({ when }) => when.test(said));
  if (said !== undefined && row !== undefined) return rowFault(row, said, seen);
  if (error instanceof Error && 'timedOut' in error && error.timedOut === true) {
    return fail('transient', 'unavailable', `${seen.doing}: helm timed out`, {
      untilDeadline: true,
    });
  }
  return said === undefined
    ? fail('permanent', 'helm_failed', `${seen.doing}: helm did not run`, {
        next: 'Check that HELM_BIN points to a helm binary.',
      })
    : fail('permanent', 'helm_failed', `${seen.doing}: ${firstLine(said)}`, {
        next: 'Fix the error that helm reports, then retry the run.',
      });
}

function rowFault(
  row: HelmRow,
  said: string,
  seen: { readonly doing: string; readonly server?: string | undefined },
): LlmgwError {
  const message = `${seen.doing}: ${firstLine(said)}`;
  const isOfCluster =
    row.away === 'cluster' || (seen.server !== undefined && names(said, seen.server));
  if (row.code === 'unavailable' && row.isOutside !== true && isOfCluster) {
    return awayFault(message);
  }
  return fail(row.kind, row.code, message, {
    next: row.next,
    untilDeadline: row.away !== undefined,
  });
}

/** The whole name or address: `10.0.0.1` is no part of `10.0.0.10`. */
function names(text: string, server: string): boolean {
  const host = server.replace('https://', '');
  const escaped = host.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w-]|\\.\\w)`).test(text);
}

export function isUnauthorized(stderr: string): boolean {
  return /\bUnauthorized\b|must be logged in|provide credentials/.test(stderr);
}

/** A failed connection to the cluster, not to the chart registry. */
export function isConnectionLost(stderr: string, server: string): boolean {
  return names(stderr, server) && (areNetwork(stderr) || isCertificate(stderr));
}

/** helm ends with `Error: …`, of one or more lines; warnings come before it and decide nothing. */
function errorText(stderr: string): string | undefined {
  const lines = stderr.split('\n');
  const start = lines.findLastIndex((line) => line.trim().startsWith('Error:'));
  const text = (start < 0 ? stderr : lines.slice(start).join('\n')).trim();
  return text === '' ? undefined : text;
}

/** For people; without `Error:` the last line. */
function firstLine(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const line = said.startsWith('Error:') ? lines[0] : lines.at(-1);
  return (line ?? '').replace(/^Error: /, '').slice(0, 600);
}
