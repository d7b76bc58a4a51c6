// Deterministic archives of chart folders, in helm's format.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { parse } from 'yaml';
import { z } from 'zod';

const chartYaml = z.looseObject({ name: z.string(), version: z.string() });

export interface ChartArchive {
  readonly name: string;
  readonly version: string;
  /** Chart.yaml as JSON: the config blob of the manifest. */
  readonly config: Buffer;
  readonly archive: Buffer;
}

export async function packChart(folder: string): Promise<ChartArchive> {
  const chart = chartYaml.parse(parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const tar = pack();
  for (const file of files) {
    const name = `${chart.name}/${relative(folder, file)}`;
    tar.entry({ name, mode: 0o644, mtime: new Date(0) }, readFileSync(file));
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array));
  return {
    name: chart.name,
    version: chart.version,
    config: Buffer.from(JSON.stringify(chart)),
    archive: await promisify(gzip)(Buffer.concat(chunks)),
  };
}
