// Route of live events: resources, requests and faults.
import type { FastifyReply } from 'fastify';
import type { SandboxContext, SandboxService } from '../core/context.ts';
import type { ControlledProcess } from '../core/control.ts';
import type { Traces } from '../dataplane/trace.ts';
import type { Stories } from '../stories/serve-stories.ts';
import { apigeePart } from './apigee-part.ts';
import { clusterParts } from './cluster-parts.ts';
import { googlePart } from './google-part.ts';
import type { CloudState, LiveEvents, SwitchboardState } from './live-state.ts';
import { type Part, thing } from './thing.ts';

/** A run changes the world many times a second; a display needs fewer updates. */
const coalesceMs = 200;
const heartbeatMs = 15_000;

export interface LiveOptions {
  readonly traces: Traces;
  readonly stories: Stories;
  readonly processes: readonly ControlledProcess[];
  readonly services: readonly SandboxService[];
}

export function serveLive(context: SandboxContext, options: LiveOptions): void {
  context.http.get('/_sandbox/live', (_request, reply) => stream(context, options, reply));
}

function stream(context: SandboxContext, options: LiveOptions, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
  });
  const send = <E extends keyof LiveEvents>(event: E, state: LiveEvents[E]): void =>
    void raw.write(`event: ${event}\ndata: ${JSON.stringify(state)}\n\n`);
  const { traces, stories } = options;
  const cloud = coalesced(
    () => cloudState(context, options),
    (state) => send('cloud', state),
  );
  const board = coalesced(
    () => boardState(context, stories),
    (state) => send('switchboard', state),
  );
  const subscriptions = [
    context.onChange((service) => {
      if (service !== 'slack') cloud.ask();
    }),
    context.faults.onChange(board.ask),
    stories.onChange(() => {
      board.ask();
      cloud.ask();
    }),
    traces.onMove((trace) => send('request', trace)),
  ];
  const heartbeat = setInterval(() => {
    raw.write(': still here\n\n');
    // Processes start and stop without an event.
    cloud.ask();
  }, heartbeatMs);
  raw.on('close', () => {
    for (const unsubscribe of subscriptions) unsubscribe();
    clearInterval(heartbeat);
    cloud.stop();
    board.stop();
  });
  send('requests', traces.list());
  cloud.ask();
  board.ask();
}

/** Sends the newest state at most once per interval, and only if it differs from the last one. */
function coalesced<State extends object>(
  read: () => State,
  tell: (state: State) => void,
): { ask(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let told = '';
  return {
    ask: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        const state = read();
        const text = JSON.stringify({ ...state, now: 0 });
        if (text === told) return;
        told = text;
        tell(state);
      }, coalesceMs);
    },
    stop: () => clearTimeout(timer),
  };
}

const boardState = ({ faults }: SandboxContext, stories: Stories): SwitchboardState => ({
  active: faults.list(),
  strikes: faults.strikes(),
  stories: stories.list(),
});

function cloudState(context: SandboxContext, options: LiveOptions): CloudState {
  const parts = [
    googlePart(context),
    ...clusterParts(context),
    apigeePart(context),
    processesPart(options.processes),
  ];
  return {
    now: context.clock.now(),
    speed: context.clock.speed,
    parts: parts.filter(({ things }) => things.length > 0),
    billable: options.services.reduce((sum, service) => sum + service.billable().length, 0),
  };
}

function processesPart(processes: readonly ControlledProcess[]): Part {
  return {
    id: 'processes',
    title: 'Processes',
    things: processes.map((one) =>
      thing({
        kind: 'Process',
        name: one.name,
        state: one.isUp() ? 'ok' : 'bad',
        says: one.isUp() ? 'running' : 'dead',
        facts:
          one.restarts() === 0
            ? []
            : [`${one.restarts()} ${one.restarts() === 1 ? 'restart' : 'restarts'}`],
      }),
    ),
  };
}
