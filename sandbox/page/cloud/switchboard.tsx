// Fault panel: scenarios, active faults, and a form for new ones.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { SwitchboardState } from '../../live/live-state.ts';
import { ActiveFaults } from './active-faults.tsx';
import { FaultForm } from './fault-form.tsx';
import { StoryCard } from './story-card.tsx';

export function Switchboard({ board }: { readonly board: SwitchboardState | undefined }): VNode {
  const [refusal, setRefusal] = useState('');
  const tell = (asked: Promise<string>): void => void asked.then(setRefusal);
  if (board === undefined) return <p class="cloud-empty">Loading the faults …</p>;
  return (
    <div class="switchboard">
      <p class="cloud-refusal" role="alert" hidden={refusal === ''}>
        {refusal}
      </p>
      <section aria-labelledby="stories-title">
        <h3 id="stories-title">Scenarios</h3>
        <p class="cloud-note">Realistic failures. Start one and watch the conversation.</p>
        <ul class="stories">
          {board.stories.map((story) => (
            <StoryCard key={story.name} story={story} tell={tell} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="active-title">
        <h3 id="active-title">Active faults</h3>
        <ActiveFaults board={board} tell={tell} />
      </section>
      <section aria-labelledby="any-title">
        <h3 id="any-title">Add a fault</h3>
        <FaultForm tell={tell} />
      </section>
    </div>
  );
}
