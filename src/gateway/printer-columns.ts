// Printer columns of a custom resource: paths of its state and its error.
import { JSONPath } from 'jsonpath-plus';
import { z } from 'zod';
import type { KubernetesClient, KubernetesObject } from '../clients/kubernetes/client.ts';

/** JSON paths as a CustomResourceDefinition writes them: `.status.state`. */
export interface StateColumns {
  readonly state: readonly string[];
  readonly errorMessage: readonly string[];
}

const definition = z.object({
  versions: z
    .array(
      z.object({
        name: z.string(),
        additionalPrinterColumns: z
          .array(z.object({ name: z.string(), jsonPath: z.string() }))
          .default([]),
      }),
    )
    .default([]),
});

/** @param kind `apimextensionpolicies.apim.googleapis.com`; none while it is not defined. */
export async function stateColumns(
  kubernetes: Pick<KubernetesClient, 'get'>,
  kind: { readonly definition: string; readonly version: string },
  signal: AbortSignal,
): Promise<StateColumns> {
  const found = await kubernetes.get(
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: kind.definition,
    },
    { signal },
  );
  return columnsIn(found, kind.version);
}

/** kubectl prints `STATE` and `ERRORMESSAGE`; definitions spell the names in several ways. */
export function columnsIn(crd: KubernetesObject | undefined, version: string): StateColumns {
  const versions = definition.safeParse(crd?.['spec']).data?.versions ?? [];
  const columns = versions.find(({ name }) => name === version)?.additionalPrinterColumns ?? [];
  const pathsOf = (...names: readonly string[]): string[] =>
    columns
      .filter(({ name }) => names.includes(name.toLowerCase().replaceAll(/[^a-z]/g, '')))
      .map(({ jsonPath }) => jsonPath);
  return { state: pathsOf('state'), errorMessage: pathsOf('errormessage', 'error') };
}

/** The first value at a JSON path as text; empty if there is none. */
export function readColumn(object: KubernetesObject | undefined, path: string): string {
  if (object === undefined) return '';
  const at = path.replace(/^\{(.*)\}$/, '$1').replace(/^\$?\.?/, '$.');
  try {
    const found: unknown = JSONPath({ path: at, json: object, wrap: true, eval: 'safe' });
    const [first] = Array.isArray(found) ? (found as unknown[]) : [];
    return typeof first === 'string' || typeof first === 'number' ? String(first).trim() : '';
  } catch {
    // A path in an unknown syntax counts as missing.
    return '';
  }
}
