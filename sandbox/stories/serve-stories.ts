// Control routes of scenarios: list, start, end, with change events.
import type { ControlOptions } from '../core/control.ts';
import type { SandboxContext } from '../core/context.ts';
import { stories } from './stories.ts';
import { type Stage, type Story, StoryRefusal } from './story.ts';

export interface ToldStory extends Pick<
  Story,
  'name' | 'title' | 'when' | 'seen' | 'ends' | 'isMoment'
> {
  /** Start time while it is active; for a momentary one the time of its last use. */
  readonly since: number | undefined;
  readonly isOn: boolean;
}

export interface Stories {
  list(): readonly ToldStory[];
  onChange(listener: () => void): () => void;
}

interface Running {
  readonly since: number;
  readonly faults: string[];
}

export function serveStories(context: SandboxContext, options: ControlOptions): Stories {
  const running = new Map<string, Running>();
  const happened = new Map<string, number>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const begin = async (story: Story): Promise<void> => {
    if (running.has(story.name)) return;
    const faults: string[] = [];
    const now = context.clock.now();
    await story.begin(stageFor(context, options, { story, faults }));
    if (story.isMoment === true) happened.set(story.name, now);
    else running.set(story.name, { since: now, faults });
    changed();
  };
  const end = async (story: Story): Promise<void> => {
    const one = running.get(story.name);
    if (one === undefined) return;
    running.delete(story.name);
    for (const id of one.faults) context.faults.remove(id);
    await story.end?.(stageFor(context, options, { story, faults: [] }));
    changed();
  };
  const told = (story: Story): ToldStory => {
    const { name, title, when, seen, ends, isMoment = false } = story;
    const since = running.get(name)?.since ?? happened.get(name);
    return { name, title, when, seen, ends, isMoment, since, isOn: running.has(name) };
  };
  const { http } = context;
  http.get('/_sandbox/stories', () => stories.map(told));
  http.post<{ Params: { name: string; what: string } }>(
    '/_sandbox/stories/:name/:what',
    async (request, reply) => {
      const { name, what } = request.params;
      const story = stories.find((one) => one.name === name);
      if (story === undefined) {
        const names = stories.map((one) => one.name).join(', ');
        return reply
          .code(404)
          .send({ error: `There is no scenario ${name}. Use one of: ${names}.` });
      }
      if (what !== 'start' && what !== 'end') {
        return reply.code(404).send({ error: 'Use start or end.' });
      }
      try {
        await (what === 'start' ? begin(story) : end(story));
        return told(story);
      } catch (error) {
        if (!(error instanceof StoryRefusal)) throw error;
        return reply.code(409).send({ error: error.message });
      }
    },
  );
  return {
    list: () => stories.map(told),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function stageFor(
  { faults, seed }: SandboxContext,
  { processes, actions, dropSockets }: ControlOptions,
  of: { readonly story: Story; readonly faults: string[] },
): Stage {
  return {
    faults,
    seed,
    dropSockets,
    expireTokens: async () => actions['expire-tokens']?.(),
    act: async (action) => actions[action]?.(),
    add: (rule) => {
      const because = `the scenario "${of.story.title}"`;
      of.faults.push(faults.add({ probability: 1, seed: 1, because, ...rule }).id);
    },
    process: (name) => {
      const found = processes.find((one) => one.name === name);
      if (found?.pid() !== undefined) return found;
      throw new StoryRefusal(`The sandbox runs no process ${name}.`);
    },
  };
}
