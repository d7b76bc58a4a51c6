// Lookup of a project by id or number, as in Google's paths.
import { ApiError } from './api-error.ts';
import type { GoogleState, Project } from './state.ts';

/** @throws ApiError 403: Google does not distinguish a missing project from a forbidden one. */
export function findProject(state: GoogleState, idOrNumber: string | undefined): Project {
  const found = Object.values(state.projects).find(
    (project) => project.projectId === idOrNumber || project.projectNumber === idOrNumber,
  );
  if (found === undefined) {
    throw new ApiError(
      403,
      `The caller does not have permission to access project '${idOrNumber ?? ''}' (or it may not exist).`,
    );
  }
  return found;
}
