// The cloud pane: request path, resources, requests, faults.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { RequestList } from './request-list.tsx';
import { RequestPath } from './request-path.tsx';
import { Switchboard } from './switchboard.tsx';
import { Tabs } from './tabs.tsx';
import { useLive } from './use-live.ts';
import { WorldView } from './world-view.tsx';

export function CloudPane(): VNode {
  const { cloud, board, requests, skew } = useLive();
  const [newest] = requests;
  // A choice holds until the next request comes.
  const [choice, setChoice] = useState<{ id: string; over: string | undefined }>();
  const chosen = choice?.over === newest?.id ? choice?.id : undefined;
  const shown = requests.find(({ id }) => id === (chosen ?? newest?.id));
  const on = board?.stories.filter(({ isOn }) => isOn).length ?? 0;
  const faults = (board?.active.filter(({ because }) => because === undefined).length ?? 0) + on;
  return (
    <div class="cloud">
      <RequestPath request={shown} cloud={cloud} />
      <Tabs
        label="The cloud"
        tabs={[
          { id: 'world', title: 'Resources', view: () => <WorldView cloud={cloud} skew={skew} /> },
          {
            id: 'requests',
            title: 'Requests',
            view: () => (
              <RequestList
                requests={requests}
                chosen={shown?.id}
                onChoose={(id) => setChoice({ id, over: newest?.id })}
              />
            ),
          },
          {
            id: 'faults',
            title: 'Faults',
            badge: faults,
            view: () => <Switchboard board={board} />,
          },
        ]}
      />
    </div>
  );
}
