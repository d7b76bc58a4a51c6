// Wiring of the sandbox's services, each with only its own dependencies.
import { createControllers } from './controllers/controllers.ts';
import type { SandboxContext, SandboxService } from './core/context.ts';
import type { ControlOptions } from './core/control.ts';
import { createApigee } from './apigee/create-apigee.ts';
import type { Credentials } from './bot-environment.ts';
import { coverage } from './coverage.ts';
import { createDataplane } from './dataplane/dataplane.ts';
import type { Traces } from './dataplane/trace.ts';
import { createGke } from './gke/create-gke.ts';
import { createGoogle } from './google/create-google.ts';
import { issueToken } from './google/tokens.ts';
import { createHuggingFace } from './huggingface/huggingface.ts';
import { serveKubeconfig } from './kubernetes/kubeconfig.ts';
import { createKubernetes } from './kubernetes/kubernetes.ts';
import { servePage } from './page/serve-page.ts';
import { createRegistry } from './registry/registry.ts';
import { type AppManifest, readManifest } from './slack/app-manifest.ts';
import { createSlack } from './slack/slack.ts';

export interface Services {
  readonly gkeUrl: string;
  readonly control: Omit<ControlOptions, 'processes'>;
  readonly traces: Traces;
  /** Environment of each app besides the bot, by name. */
  appEnvironments(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  stop(): Promise<void>;
}

/** Adds every service's routes to the context's server, so call it before the server opens. */
export async function createServices(
  context: SandboxContext,
  credentials: Credentials,
  bot: {
    readonly url: string;
    readonly slackLimits: number;
    readonly apps: readonly AppManifest[];
  },
): Promise<Services> {
  const google = createGoogle(context);
  google.state.propagates = true;
  const kubernetes = createKubernetes(context, google.identity);
  const apigee = createApigee(context, { identity: google.identity });
  const { identity, compute } = google;
  const controllers = createControllers(context, {
    kubernetes,
    identity,
    apigee: apigee.state,
    compute,
  });
  const dataplane = createDataplane(context, { kubernetes, apigee: apigee.state });
  const registry = createRegistry(context);
  const huggingFace = createHuggingFace(context, credentials.hfToken);
  const { signingSecret, botToken, appToken } = credentials;
  const slack = createSlack(context, {
    signingSecret,
    botToken,
    appToken,
    botUrl: () => bot.url,
    limits: bot.slackLimits,
    otherApps: bot.apps,
    manifest: readManifest(new URL('../manifests/slack-app.yaml', import.meta.url)),
  });
  const gke = await createGke(context, {
    identity,
    kubernetes,
    compute,
    onWorkloadPool: identity.ensureWorkloadPool,
  });
  servePage(context);
  serveKubeconfig(context, kubernetes, () => issueToken(google.state, context.clock).token);
  const services: SandboxService[] = [
    slack,
    gke,
    kubernetes,
    controllers,
    google,
    apigee,
    registry,
    dataplane,
    huggingFace,
  ];
  return {
    gkeUrl: gke.url,
    control: {
      services,
      coverage,
      actions: {
        'expire-tokens': google.expireTokens,
        'expire-watches': kubernetes.expireWatches,
        'upgrade-control-plane': async () =>
          void (await gke.upgrades.startUpgrades('UPGRADE_MASTER')),
        'upgrade-nodes': async () => void (await gke.upgrades.startUpgrades('UPGRADE_NODES')),
        'end-upgrades': gke.upgrades.endUpgrades,
      },
      dropSockets: slack.dropSockets,
    },
    traces: dataplane.traces,
    appEnvironments: slack.appEnvironments,
    stop: async () => {
      for (const service of services.toReversed()) await service.stop();
    },
  };
}
