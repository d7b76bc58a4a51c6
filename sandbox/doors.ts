// Control routes under /_sandbox: world and faults, scenarios, and their live feed.
import type { SandboxContext } from './core/context.ts';
import { addControlRoutes, type ControlledProcess } from './core/control.ts';
import { serveLive } from './live/serve-live.ts';
import type { Services } from './services.ts';
import { serveStories } from './stories/serve-stories.ts';

export function openDoors(
  context: SandboxContext,
  services: Pick<Services, 'control' | 'traces'>,
  processes: readonly ControlledProcess[],
): void {
  const control = { ...services.control, processes };
  addControlRoutes(context, control);
  const stories = serveStories(context, control);
  serveLive(context, { traces: services.traces, stories, processes, services: control.services });
}
