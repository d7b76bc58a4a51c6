// Compute Engine's resource names: full URLs, partial URLs and "resource not found" errors.
import { ApiError } from '../api-error.ts';

const root = 'https://www.googleapis.com/compute/v1';

/** `projects/p/regions/r` as the full URL of answers. */
export function selfLink(partial: string): string {
  return `${root}/${partial}`;
}

/** The last segment of a full or partial URL. */
export function lastSegment(url: string): string {
  return url.split('/').at(-1) ?? url;
}

export function resourceNotFound(partial: string): ApiError {
  return new ApiError(404, `The resource '${partial}' was not found`, { reason: 'notFound' });
}

export function invalidField(field: string, value: string, why: string): ApiError {
  return new ApiError(400, `Invalid value for field '${field}': '${value}'. ${why}`, {
    reason: 'invalid',
  });
}
