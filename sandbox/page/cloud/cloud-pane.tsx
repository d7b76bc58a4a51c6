// The cloud beside the conversation: fills whatever slot it is given, from 320 px wide.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Billable {
  readonly service: string;
  readonly kind: string;
  readonly name: string;
}

const lookEveryMs = 2_000;

export function CloudPane(): VNode {
  const [billable, setBillable] = useState<readonly Billable[]>([]);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const world = await fetch('/_sandbox/world').then(
        async (response) => (await response.json()) as { billable: Billable[] },
        () => undefined,
      );
      if (world !== undefined) setBillable(world.billable);
    };
    void look();
    const timer = setInterval(() => void look(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="cloud">
      {billable.length === 0 ? (
        <p class="context">Nothing that would cost money.</p>
      ) : (
        <ul>
          {billable.map((thing) => (
            <li>
              <strong>{thing.kind}</strong> {thing.name}
            </li>
          ))}
        </ul>
      )}
      <p class="context">
        Everything that exists: <a href="/_sandbox/world">/_sandbox/world</a>
      </p>
    </div>
  );
}
