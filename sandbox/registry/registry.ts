// A pull-only chart registry over the OCI distribution protocol.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { addStrikes } from '../core/strike.ts';
import { type ChartArchive, packChart } from './chart-archive.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.cncf.helm.config.v1+json';
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

interface Repository {
  /** Digest of the manifest by tag. */
  readonly tags: ReadonlyMap<string, string>;
  readonly content: ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;
}

/** Serves `charts/<name>:<version>` for every folder under charts/. */
export function createRegistry(context: SandboxContext): SandboxService {
  const folder = fileURLToPath(new URL('charts/', import.meta.url));
  const repositories = openRepositories(folder);
  void context.http.register(async (scope) => {
    addStrikes(scope, context.faults, {
      service: 'registry',
      operation: (request) => `${request.method} ${request.url}`,
    });
    scope.get('/v2/', (_request, reply) =>
      reply.header('docker-distribution-api-version', 'registry/2.0').send({}),
    );
    scope.get<{ Params: { '*': string } }>('/v2/*', async (request, reply) =>
      answer(context, await repositories, request, reply),
    );
  });
  let served: readonly string[] = [];
  void repositories.then((all) => {
    served = [...all].flatMap(([name, { tags }]) =>
      [...tags.keys()].map((tag) => `${name}:${tag}`),
    );
  });
  return {
    name: 'registry',
    world: () => ({ charts: served }),
    billable: () => [],
    stop: async () => void (await repositories),
  };
}

async function openRepositories(folder: string): Promise<ReadonlyMap<string, Repository>> {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  const charts = await Promise.all(folders.map((one) => packChart(`${folder}${one.name}`)));
  return new Map(charts.map((chart) => [`charts/${chart.name}`, repositoryOf(chart)]));
}

function repositoryOf(chart: ChartArchive): Repository {
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor(configType, chart.config),
      layers: [descriptor(chartType, chart.archive)],
      annotations: {
        'org.opencontainers.image.title': chart.name,
        'org.opencontainers.image.version': chart.version,
      },
    }),
  );
  const content = new Map(
    (
      [
        [manifestType, manifest],
        [configType, chart.config],
        [chartType, chart.archive],
      ] as const
    ).map(([type, bytes]) => [digestOf(bytes), { type, bytes }]),
  );
  return { tags: new Map([[chart.version, digestOf(manifest)]]), content };
}

const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const descriptor = (mediaType: string, bytes: Buffer): object => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

function answer(
  context: SandboxContext,
  repositories: ReadonlyMap<string, Repository>,
  request: FastifyRequest<{ Params: { '*': string } }>,
  reply: FastifyReply,
): FastifyReply {
  const match = /^(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(request.params['*']);
  if (match === null) {
    const call = `${request.method} ${request.url}`;
    context.unknown.push({ service: 'registry', call, at: context.clock.now() });
    return refuse(reply, 404, 'UNSUPPORTED', 'The operation is unsupported.');
  }
  const [, name = '', part, reference = ''] = match;
  const repository = repositories.get(name);
  if (repository === undefined) {
    return refuse(reply, 404, 'NAME_UNKNOWN', `Repository "${name}" not found`);
  }
  if (part === 'tags') return reply.send({ name, tags: [...repository.tags.keys()] });
  const digest = repository.tags.get(reference) ?? reference;
  const found = repository.content.get(digest);
  const isManifest = found?.type === manifestType;
  if (found === undefined || isManifest !== (part === 'manifests')) {
    return part === 'manifests'
      ? refuse(reply, 404, 'MANIFEST_UNKNOWN', `Failed to fetch "${reference}"`)
      : refuse(reply, 404, 'BLOB_UNKNOWN', `Blob ${reference} not found`);
  }
  return reply
    .header('docker-content-digest', digest)
    .header('docker-distribution-api-version', 'registry/2.0')
    .type(isManifest ? manifestType : 'application/octet-stream')
    .send(found.bytes);
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ code, message, detail: null }] });
}
