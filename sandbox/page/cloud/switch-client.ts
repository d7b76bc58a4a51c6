// Calls of the fault panel; each returns the error text of a refusal.

async function send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<string> {
  const response = await fetch(`/_sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined)
    return 'The sandbox does not answer. Start it with npm run sandbox, then retry.';
  if (response.ok) return '';
  const { error } = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (typeof error === 'string') return error;
  const [first] = Array.isArray(error) ? (error as { message?: string }[]) : [];
  return first?.message ?? `The sandbox returned status ${response.status}.`;
}

export const tellStory = (name: string, what: 'start' | 'end'): Promise<string> =>
  send('POST', `stories/${name}/${what}`);
export const addFault = (rule: object): Promise<string> => send('POST', 'faults', rule);
export const removeFault = (id: string): Promise<string> => send('DELETE', `faults/${id}`);
export const removeAllFaults = (): Promise<string> => send('DELETE', 'faults');
