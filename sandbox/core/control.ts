// Control routes under /_sandbox: world, processes, faults, unknown calls, coverage, state.
import type { FastifyReply } from 'fastify';
import type { ServiceCoverage } from './coverage.ts';
import type { SandboxContext, SandboxService } from './context.ts';
import { faultRule } from './faults.ts';

export interface ControlledProcess {
  readonly name: string;
  pid(): number | undefined;
  isUp(): boolean;
  /** Number of restarts after it died. */
  restarts(): number;
  kill(signal: NodeJS.Signals): void;
  restart(): Promise<void>;
  /** Kills it and keeps it down for a while; absent where that is impossible. */
  readonly absence?: { begin(): void; end(): Promise<void> };
}

export interface ControlOptions {
  readonly services: readonly SandboxService[];
  readonly processes: readonly ControlledProcess[];
  readonly coverage: Readonly<Record<string, ServiceCoverage>>;
  /** Named actions of the fault switchboard: `expire-tokens`, `drop-sockets` … */
  readonly actions: Readonly<Record<string, () => void | Promise<void>>>;
  /** Cuts every Socket Mode connection of the bot. @returns the number of connections */
  readonly dropSockets: () => number;
}

export function addControlRoutes(context: SandboxContext, options: ControlOptions): void {
  addWorldRoutes(context, options);
  addProcessRoutes(context, options);
  addFaultRoutes(context, options);
}

function addWorldRoutes(context: SandboxContext, options: ControlOptions): void {
  const { http } = context;
  http.get('/_sandbox/world', () => ({
    ...Object.fromEntries(options.services.map((service) => [service.name, service.world()])),
    billable: options.services.flatMap((service) => service.billable()),
  }));
  http.get('/_sandbox/unknown', () => context.unknown);
  http.get('/_sandbox/coverage', () => options.coverage);
  http.get<{ Params: { service: string } }>('/_sandbox/state/:service', (request, reply) => {
    const { service } = request.params;
    return shownStates.has(service)
      ? context.state(service, () => ({}))
      : unknownState(reply, service);
  });
  http.patch<{ Params: { service: string } }>('/_sandbox/state/:service', (request, reply) => {
    const { service } = request.params;
    if (!shownStates.has(service)) return unknownState(reply, service);
    if (!isRecord(request.body)) return reply.code(400).send({ error: 'send a JSON object' });
    mergePatch(
      context.state<Record<string, unknown>>(service, () => ({})),
      request.body,
    );
    context.changed(service);
    return { ok: true };
  });
}

/** `credentials` is excluded: no request needs the tokens. */
const shownStates: ReadonlySet<string> = new Set([
  'analytics',
  'apigee',
  'apigee-operator',
  'dataplane',
  'gke',
  'google',
  'huggingface',
  'kubernetes',
  'slack',
  'slack-files',
  'timeline',
  'vllm',
]);

function unknownState(reply: FastifyReply, service: string): FastifyReply {
  const known = [...shownStates].join(', ');
  return reply.code(404).send({ error: `No state is called ${service}. There are: ${known}.` });
}

function addProcessRoutes(context: SandboxContext, options: ControlOptions): void {
  const { http } = context;
  http.get('/_sandbox/processes', () =>
    Object.fromEntries([
      ['sandbox', { pid: process.pid }],
      ...options.processes.map((one) => [one.name, { pid: one.pid(), restarts: one.restarts() }]),
    ]),
  );
  http.post<{ Params: { name: string; action: string } }>(
    '/_sandbox/processes/:name/:action',
    async (request, reply) => {
      const one = options.processes.find((process) => process.name === request.params.name);
      if (one === undefined) return reply.code(404).send({ error: 'no such process' });
      if (request.params.action === 'kill') one.kill('SIGKILL');
      else if (request.params.action === 'freeze') one.kill('SIGSTOP');
      else if (request.params.action === 'thaw') one.kill('SIGCONT');
      else if (request.params.action === 'restart') await one.restart();
      else return reply.code(400).send({ error: 'kill, freeze, thaw or restart' });
      return { ok: true, pid: one.pid() };
    },
  );
}

function addFaultRoutes(context: SandboxContext, options: ControlOptions): void {
  const { http, faults } = context;
  http.get('/_sandbox/faults', () => ({
    active: faults.list(),
    actions: Object.keys(options.actions),
  }));
  http.post('/_sandbox/faults', (request, reply) => {
    const rule = faultRule.safeParse(request.body);
    if (!rule.success) return reply.code(400).send({ error: rule.error.issues });
    return faults.add(rule.data);
  });
  http.delete('/_sandbox/faults', () => {
    faults.clear();
    return { ok: true };
  });
  http.delete<{ Params: { id: string } }>('/_sandbox/faults/:id', (request, reply) =>
    faults.remove(request.params.id)
      ? { ok: true }
      : reply.code(404).send({ error: 'no such fault' }),
  );
  http.post<{ Params: { action: string } }>('/_sandbox/actions/:action', async (request, reply) => {
    const name = request.params.action;
    const action = Object.hasOwn(options.actions, name) ? options.actions[name] : undefined;
    if (action === undefined) return reply.code(404).send({ error: 'no such action' });
    await action();
    return { ok: true };
  });
}

/** JSON merge patch (RFC 7396), in place, because services keep a reference to their state. */
function mergePatch(target: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (isRecord(value) && isRecord(target[key])) mergePatch(target[key], value);
    else target[key] = value;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
