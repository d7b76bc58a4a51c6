// Prometheus metrics of asks, without people or prompts.
import type { AskMeter } from './context.ts';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function createAskMeter(registry: Registry): AskMeter {
  const registers = [registry];
  const outcomes = new Counter({
    name: 'llmgw_asks_total',
    help: 'Finished asks by outcome: answered, stopped, interrupted, fault row or fault code',
    labelNames: ['outcome'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'llmgw_asks_in_flight',
    help: 'Asks in progress in this process',
    registers,
  });
  const whole = new Histogram({
    name: 'llmgw_ask_seconds',
    help: 'Time from the start of an ask job to its final Slack message',
    labelNames: ['outcome'],
    buckets: seconds,
    registers,
  });
  const firstToken = new Histogram({
    name: 'llmgw_ask_first_token_seconds',
    help: 'Time from the gateway request to the first text of a streamed answer',
    buckets: seconds,
    registers,
  });
  const model = new Histogram({
    name: 'llmgw_ask_model_seconds',
    help: 'Time from the gateway request to the last text',
    buckets: seconds,
    registers,
  });
  const tokens = new Counter({
    name: 'llmgw_ask_tokens_total',
    help: 'Tokens counted by the model server',
    labelNames: ['kind'],
    registers,
  });
  return {
    begin: () => {
      const from = performance.now();
      inFlight.inc();
      return (outcome) => {
        inFlight.dec();
        if (outcome === undefined) return;
        outcomes.inc({ outcome });
        whole.observe({ outcome }, (performance.now() - from) / 1_000);
      };
    },
    answered: ({ streamed, firstTokenMs, totalMs, usage }) => {
      if (streamed) firstToken.observe(firstTokenMs / 1_000);
      model.observe(totalMs / 1_000);
      tokens.inc({ kind: 'prompt' }, usage?.promptTokens ?? 0);
      tokens.inc({ kind: 'completion' }, usage?.completionTokens ?? 0);
    },
  };
}
