// What the switchboard does: begin and end stories, add and remove faults. Each gives words when it was refused.

async function send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<string> {
  const response = await fetch(`/_sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) return 'The sandbox does not answer. Is it still running?';
  if (response.ok) return '';
  const { error } = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (typeof error === 'string') return error;
  const [first] = Array.isArray(error) ? (error as { message?: string }[]) : [];
  return first?.message ?? `The sandbox answered ${response.status}.`;
}

export const tellStory = (name: string, what: 'start' | 'end'): Promise<string> =>
  send('POST', `stories/${name}/${what}`);
export const addFault = (rule: object): Promise<string> => send('POST', 'faults', rule);
export const removeFault = (id: string): Promise<string> => send('DELETE', `faults/${id}`);
export const removeAllFaults = (): Promise<string> => send('DELETE', 'faults');
