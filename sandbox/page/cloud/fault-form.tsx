// Form for a fault: service, calls, effect, rate.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { faultServices, operationsOf } from './fault-services.ts';
import { addFault } from './switch-client.ts';

const kinds = [
  ['status', 'return a status'],
  ['delay', 'delay the answer'],
  ['cut', 'perform the call, then cut the connection'],
  ['truncate', 'perform the call, then cut the answer in half'],
  ['reset', 'reset the connection before the call'],
] as const;

const rates = [
  ['once', 'once'],
  ['times', 'several times'],
  ['lasting', 'until removed'],
  ['chance', 'at random, until removed'],
] as const;

export function FaultForm({ tell }: { readonly tell: (asked: Promise<string>) => void }): VNode {
  const [service, setService] = useState<string>('gke');
  const [kind, setKind] = useState<string>('status');
  const [rate, setRate] = useState<string>('once');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) {
      tell(addFault(ruleOf(new FormData(event.currentTarget))));
    }
  };
  return (
    <form class="fault-form" onSubmit={submit}>
      <Choice
        label="Service"
        name="service"
        value={service}
        onChange={setService}
        of={faultServices}
      />
      <label>
        Calls
        <input name="operation" list="fault-operations" placeholder="all calls" />
        <span class="cloud-note">A name or a regular expression.</span>
      </label>
      <datalist id="fault-operations">
        {operationsOf(service).map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Choice label="Effect" name="kind" value={kind} onChange={setKind} of={kinds} />
      {kind === 'status' ? (
        <>
          <Count label="HTTP status" name="status" value={503} min={200} max={599} />
          <label>
            Body
            <input name="body" placeholder="none" />
          </label>
        </>
      ) : null}
      {kind === 'delay' ? (
        <Count label="Milliseconds" name="ms" value={5000} min={0} max={600_000} />
      ) : null}
      <Choice label="How often" name="rate" value={rate} onChange={setRate} of={rates} />
      {rate === 'times' ? <Count label="Times" name="times" value={3} min={1} max={1000} /> : null}
      {rate === 'chance' ? (
        <>
          <Count label="Percent of calls" name="percent" value={30} min={1} max={100} />
          <Count label="Seed" name="seed" value={1} min={0} max={1_000_000} />
        </>
      ) : null}
      <button type="submit" class="cloud-button primary">
        Add fault
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly of: readonly (readonly [value: string, words: string])[];
}

function Choice({ label, name, value, onChange, of }: ChoiceProps): VNode {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {of.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CountProps {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

function Count({ label, name, value, min, max }: CountProps): VNode {
  return (
    <label>
      {label}
      <input type="number" name={name} defaultValue={String(value)} min={min} max={max} required />
    </label>
  );
}

function ruleOf(form: FormData): object {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const count = (name: string): number => Number(text(name));
  const operation = text('operation');
  const body = text('body');
  const rate = text('rate');
  const actions: Readonly<Record<string, object>> = {
    status: { kind: 'status', status: count('status'), ...(body === '' ? {} : { body }) },
    delay: { kind: 'delay', ms: count('ms') },
    cut: { kind: 'cut' },
    truncate: { kind: 'truncate' },
    reset: { kind: 'reset' },
  };
  return {
    service: text('service'),
    ...(operation === '' ? {} : { operation }),
    action: actions[text('kind')],
    ...(rate === 'once' ? { times: 1 } : {}),
    ...(rate === 'times' ? { times: count('times') } : {}),
    ...(rate === 'chance' ? { probability: count('percent') / 100, seed: count('seed') } : {}),
  };
}
