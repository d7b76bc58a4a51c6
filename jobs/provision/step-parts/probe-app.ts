// Probe app: the bot's temporary developer app for verification.
import { createdHere } from '../../../src/gateway/ownership.ts';
import { LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { DeveloperApp } from '../../../src/clients/apigee/schema.ts';
import { credentialsIn, usableCredential } from '../../../src/gateway/credential.ts';
import type { Inventory } from '../../../src/engine/step.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { probeName, productName } from '../../../src/gateway/resources.ts';
import type { Context } from '../../../src/gateway/objects.ts';

type Gateway = Pick<GatewayConfig, 'name' | 'projectId'>;

/** One developer per gateway, as two may be verified at once. */
export const probeDeveloper = ({ name, projectId }: Gateway): string =>
  `${probeName(name)}@${projectId.toLowerCase().replace(':', '.')}.iam.gserviceaccount.com`;

/** Creates the developer and the app, or reuses those that a crash left behind. */
export async function ensureProbeApp(context: Context): Promise<void> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  const email = probeDeveloper(env.gateway);
  const ref = { email, app: probeName(env.gateway.name) };
  const found = await apigee.getApp(ref, signal);
  if (found !== undefined) return approveProbe(context, found);
  if ((await apigee.getDeveloper(email, signal)) === undefined) {
    await unlessThere(
      apigee.createDeveloper(
        {
          email,
          firstName: 'llmgw',
          lastName: 'probe',
          userName: email,
          attributes: [createdHere],
        },
        signal,
      ),
    );
  }
  await unlessThere(
    apigee.createApp(
      email,
      {
        name: probeName(env.gateway.name),
        products: [productName(env.gateway.name)],
        attributes: [createdHere],
      },
      signal,
    ),
  );
  const made = await apigee.getApp(ref, signal);
  if (made !== undefined) await approveProbe(context, made);
}

/** The probe's key needs no operator's approval, as it exists only during the verification. */
async function approveProbe({ env, signal }: Context, app: DeveloperApp): Promise<void> {
  const { name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const ref = { email: probeDeveloper(env.gateway), app: app.name, product: productName(name) };
  for (const { consumerKey } of credentialsIn(app, name, 'pending', Date.now())) {
    env.keepSecret(consumerKey);
    await apigee.setKeyProductStatus({ ...ref, consumerKey }, 'approve', signal);
  }
}

/** @throws transient/probe_app_missing while Apigee shows no usable key of it. */
export async function probeKey(context: Context): Promise<string> {
  const found = await probeCredential(context);
  if (found === undefined) {
    throw fail(
      'transient',
      'probe_app_missing',
      'Apigee does not show the probe app and its key yet',
    );
  }
  context.env.keepSecret(found.consumerKey);
  return found.consumerKey;
}

export const showsProbeKey = async (context: Context): Promise<boolean> =>
  (await probeCredential(context)) !== undefined;

async function probeCredential({ env, signal }: Context) {
  const { name } = env.gateway;
  const email = probeDeveloper(env.gateway);
  const app = await env.clients.apigee(env.gateway).getApp({ email, app: probeName(name) }, signal);
  return app === undefined ? undefined : usableCredential(app, name, Date.now());
}

/** The developer's name belongs to the bot. */
export async function probeInventory({ env, signal }: Context): Promise<Inventory> {
  const email = probeDeveloper(env.gateway);
  const found = await env.clients.apigee(env.gateway).getDeveloper(email, signal);
  return { ours: found === undefined ? [] : [`Apigee developer ${email}`], foreign: [] };
}

export async function removeProbeApp(context: Context): Promise<void> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  const email = probeDeveloper(env.gateway);
  await apigee.deleteApp({ email, app: probeName(env.gateway.name) }, signal);
  await apigee.deleteDeveloper(email, signal);
}

/** Apigee deletes a developer with a delay, so this conflict is transient. */
async function unlessThere(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LlmgwError)) throw error;
    const { code } = error.fault;
    if (code === 'already_exists') return;
    if (code !== 'not_found') throw error;
    throw fail(
      'transient',
      'developer_in_deletion',
      'Apigee is still deleting the previous probe developer',
      {
        cause: error,
      },
    );
  }
}
