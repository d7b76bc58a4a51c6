// A sandbox with only Google's control plane, and credentials for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OAuth2Client } from 'google-auth-library';
import { createContext, type OpenContext } from '../../core/create-context.ts';
import type { SandboxContext } from '../../core/context.ts';
import { createGoogle, type Google } from '../../google/create-google.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

export interface OpenGoogle extends OpenContext {
  readonly clock: SteppedClock;
  readonly google: Google;
  /** Has a token of the metadata server. */
  readonly auth: OAuth2Client;
  readonly directory: string;
  /** Stops everything and deletes the state. */
  end(): Promise<void>;
}

/** @param add starts further services before the server opens. */
export async function openGoogle(
  options: { clock?: SteppedClock; directory?: string } = {},
  add: (context: SandboxContext, google: Google) => void | Promise<void> = () => undefined,
): Promise<OpenGoogle> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'llmgw-google-'));
  const clock = options.clock ?? createSteppedClock();
  const opened = await createContext({ port: 0, speed: 1, directory });
  const context = { ...opened.context, clock };
  const google = createGoogle(context);
  await add(context, google);
  await opened.open();
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: await fetchToken(opened.context.baseUrl) });
  return {
    ...opened,
    context,
    clock,
    google,
    auth,
    directory,
    end: async () => {
      await google.stop();
      await opened.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * A googleapis client with this root in every call: a root set at creation loses its path.
 * @param rootUrl with its path, e.g. `http://127.0.0.1:8080/iam/`.
 */
export function rooted<T extends object>(api: T, rootUrl: string): T {
  // The library's objects are frozen: a proxy around them cannot change their properties.
  return new Proxy({} as T, {
    get: (_target, key): unknown => {
      const value: unknown = Reflect.get(api, key);
      if (typeof value === 'function') {
        return (params: unknown): unknown =>
          Reflect.apply(value, api, [params, { rootUrl, retry: false }]);
      }
      return typeof value === 'object' && value !== null ? rooted(value, rootUrl) : value;
    },
  });
}

export async function fetchToken(baseUrl: string): Promise<string> {
  const answer = await fetch(
    `${baseUrl}/computeMetadata/v1/instance/service-accounts/default/token`,
    { headers: { 'Metadata-Flavor': 'Google' } },
  );
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** The status and body of a refused call, as a client library reports it. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; message: string; reason: string | undefined }> {
  try {
    await call;
  } catch (error) {
    const { response } = error as {
      response: {
        status: number;
        data: {
          error: {
            message: string;
            status?: string;
            errors?: { reason: string }[];
            details?: { reason?: string }[];
          };
        };
      };
    };
    const { message, status, errors, details } = response.data.error;
    const reason = details?.[0]?.reason ?? errors?.[0]?.reason ?? status;
    return { status: response.status, message, reason };
  }
  throw new Error('The call was not refused.');
}
