// Mapping of Kubernetes API errors to faults.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { z } from 'zod';
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { awayFault, clusterApi } from '../shared/cluster-away.ts';
import { isDeniedByPolicy, isStarting, policyAdvice } from '../shared/cluster-policy.ts';
import { connectionFault, isPassingStatus } from '../shared/outage.ts';
import { cutText } from '../../kernel/text.ts';

const statusBody = z.object({
  reason: z.string().default(''),
  message: z.string().default(''),
  details: z
    .object({
      name: z.string().optional(),
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.object({
            reason: z.string().default(''),
            message: z.string().default(''),
            field: z.string().default(''),
          }),
        )
        .default([]),
    })
    .nullish(),
});
type StatusBody = z.infer<typeof statusBody>;

/** GKE and helm install kinds minutes after the cluster responds. */
export function notServed({ apiVersion, kind }: { apiVersion: string; kind: string }): LlmgwError {
  const text = `The cluster does not serve the kind ${kind} (${apiVersion}) yet`;
  return fail('transient', 'kind_not_served', text, {
    untilDeadline: true,
    next: 'Try again in a minute. If it fails again, check that the Gateway API is enabled on the cluster and that the Apigee operator is installed.',
    details: { kind, apiVersion },
  });
}

/** A 404 about the path and not about an object: it has no name. */
export function isPathUnknown(error: unknown): boolean {
  return statusOf(error) === 404 && bodyOf(error).details?.name === undefined;
}

/** @param doing present participle: `Applying Gateway default/inference-gateway`. */
export function kubernetesFault(error: unknown, doing: string): LlmgwError {
  if (error instanceof LlmgwError) return error;
  const status = statusOf(error);
  if (status === undefined) {
    return (
      connectionFault(error, { doing, service: clusterApi, name: "the cluster's API" }) ??
      fail('bug', 'unexpected', `${doing}: unexpected error`, { cause: error })
    );
  }
  const body = bodyOf(error);
  const said = `${doing}: ${body.message === '' ? `status ${status}` : body.message}`;
  const seconds = body.details?.retryAfterSeconds;
  const wait = { retryAfterMs: seconds === undefined ? undefined : seconds * 1000 };
  if (isDeniedByPolicy(body.message)) {
    return fail('permanent', 'rejected', said, { next: policyAdvice });
  }
  switch (status) {
    case 400:
    case 405:
    case 406:
    case 415:
    case 422:
      return fail('permanent', 'rejected', said, {
        next: 'Correct the setting, then retry the run.',
      });
    case 401:
      return fail('permanent', 'denied', said, {
        next: "Grant the bot's Google service account roles/container.admin on the project.",
      });
    case 403:
      return forbidden(body, said);
    case 404:
      return fail('permanent', 'not_found', said, {
        next: guidance`Run ${slashCommand('provision')}.`,
      });
    case 409:
      return conflict(body, doing, said);
    case 429:
      return fail('transient', 'rate_limited', said, { ...wait, untilDeadline: true });
    default:
      if (!isPassingStatus(status)) return fail('transient', 'unavailable', said, wait);
      // A webhook's pod moves during a node upgrade, while the server itself responds.
      if (status === 500 && /\bwebhook\b/.test(body.message)) {
        return fail('transient', 'unavailable', said, { ...wait, untilDeadline: true });
      }
      return awayFault(said, wait.retryAfterMs);
  }
}

function forbidden(body: StatusBody, said: string): LlmgwError {
  if (/is being terminated/.test(body.message)) {
    return fail('transient', 'terminating', said, { untilDeadline: true });
  }
  // Admission plugins of a server that has just started.
  if (isStarting(body.message)) return awayFault(said, undefined);
  if (/exceeded quota/.test(body.message)) {
    return fail('permanent', 'quota_exceeded', said, {
      next: 'Raise the ResourceQuota of the namespace, then retry the run.',
    });
  }
  return fail('permanent', 'denied', said, {
    next: "Grant the bot's Google service account roles/container.admin on the project.",
  });
}

function conflict(body: StatusBody, doing: string, said: string): LlmgwError {
  const causes = (body.details?.causes ?? []).filter(
    (cause) => cause.reason === 'FieldManagerConflict',
  );
  if (causes.length === 0) {
    return fail('transient', 'conflict', said, { untilDeadline: true });
  }
  const claims = causes.map(({ message, field }) => {
    const owner = /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'another manager';
    return { owner, field: field.replace(/^\./, '') };
  });
  const words = claims.map(({ owner, field }) => `${owner} manages ${field}`).join(', ');
  return fail('refused', 'conflict', `${doing}: ${words}`, {
    next: 'Remove these fields from the other configuration or delete the object, then retry.',
    details: { claims },
  });
}

/** HTTP status of an ApiException (`code`) or of a watch (`statusCode`). */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const seen = 'code' in error ? error.code : 'statusCode' in error ? error.statusCode : undefined;
  // A DOMException has a number too: 23 for a timeout.
  return typeof seen === 'number' && seen >= 100 ? seen : undefined;
}

function bodyOf(error: unknown): StatusBody {
  const empty = { reason: '', message: '' };
  if (!(error instanceof Error) || !('body' in error)) return empty;
  try {
    const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    const parsed = statusBody.safeParse(body);
    return parsed.success ? parsed.data : empty;
  } catch {
    const text = String(error.body).trim();
    // A proxy's HTML page is useless to people.
    return { reason: '', message: text.startsWith('<') ? '' : cutText(text, 500) };
  }
}
