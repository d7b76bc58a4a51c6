// Available GKE versions by release channel, and resolution of a requested version.
import { invalid } from './refusal.ts';

interface Channel {
  readonly defaultVersion: string;
  readonly validVersions: readonly string[];
}

export const channels: Readonly<Record<string, Channel>> = {
  RAPID: {
    defaultVersion: '1.34.1-gke.3899001',
    validVersions: ['1.34.3-gke.1245000', '1.34.1-gke.3899001', '1.33.5-gke.2118001'],
  },
  REGULAR: {
    defaultVersion: '1.33.5-gke.2072000',
    validVersions: ['1.34.1-gke.3899001', '1.33.5-gke.2072000', '1.32.9-gke.1728000'],
  },
  STABLE: {
    defaultVersion: '1.33.5-gke.1308000',
    validVersions: ['1.33.5-gke.1308000', '1.32.9-gke.1548000'],
  },
};

/** All versions, newest first. */
export const masterVersions: readonly string[] = [
  ...new Set(Object.values(channels).flatMap((channel) => channel.validVersions)),
].toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/**
 * @param wanted a version, a prefix (`1.34`), `latest`, `-` or ''.
 * @throws Refusal with GKE's text for an unavailable version.
 */
export function chooseVersion(wanted: string, releaseChannel: string): string {
  const channel = channels[releaseChannel];
  const valid = channel?.validVersions ?? masterVersions;
  if (wanted === '' || wanted === '-') {
    return channel?.defaultVersion ?? channels['REGULAR']?.defaultVersion ?? '';
  }
  if (wanted === 'latest') return valid[0] ?? '';
  const found = valid.find((version) => version === wanted || version.startsWith(`${wanted}.`));
  if (found !== undefined) return found;
  throw invalid(
    /^\d+(\.\d+){1,2}$/.test(wanted)
      ? `No valid versions with the prefix "${wanted}" found.`
      : `Master version "${wanted}" is unsupported.`,
  );
}
