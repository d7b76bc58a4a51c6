// What is counted of asks, for Prometheus: never by whom, nor of what.
import type { AskMeter } from './context.ts';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function createAskMeter(registry: Registry): AskMeter {
  const registers = [registry];
  const outcomes = new Counter({
    name: 'llmgw_asks_total',
    help: 'Asks that ended: answered, stopped, interrupted, a row of the fault table, or a fault code',
    labelNames: ['outcome'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'llmgw_asks_in_flight',
    help: 'Asks that this process is at work on',
    registers,
  });
  const whole = new Histogram({
    name: 'llmgw_ask_seconds',
    help: 'Time from the worker taking an ask up until Slack has its end',
    labelNames: ['outcome'],
    buckets: seconds,
    registers,
  });
  const firstToken = new Histogram({
    name: 'llmgw_ask_first_token_seconds',
    help: 'Time from the request to the gateway to its first text, of streamed answers',
    buckets: seconds,
    registers,
  });
  const model = new Histogram({
    name: 'llmgw_ask_model_seconds',
    help: 'Time from the request to the gateway to its last text',
    buckets: seconds,
    registers,
  });
  const tokens = new Counter({
    name: 'llmgw_ask_tokens_total',
    help: 'Tokens as the model counted them',
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
