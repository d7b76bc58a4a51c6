// Card of one scenario: button, symptoms in Slack, end.
import type { VNode } from 'preact';
import type { ToldStory } from '../../stories/serve-stories.ts';
import { tellStory } from './switch-client.ts';

export interface StoryCardProps {
  readonly story: ToldStory;
  readonly tell: (asked: Promise<string>) => void;
}

export function StoryCard({ story, tell }: StoryCardProps): VNode {
  const { name, title, when, seen, ends, isOn, isMoment = false, since } = story;
  return (
    <li class={isOn ? 'story on' : 'story'}>
      <div class="story-head">
        <h4 id={`story-${name}`}>{title}</h4>
        <button
          type="button"
          class={isOn ? 'cloud-button on' : 'cloud-button'}
          aria-describedby={`story-${name}`}
          onClick={() => tell(tellStory(name, isOn ? 'end' : 'start'))}
        >
          {isOn ? 'End' : isMoment ? 'Run once' : 'Start'}
        </button>
      </div>
      {since === undefined ? null : (
        <p class="story-since" role="status">
          {isOn ? 'Active since' : 'Last run at'}{' '}
          {new Date(since).toLocaleTimeString([], { hour12: false })}
        </p>
      )}
      <details open={isOn}>
        <summary>Details</summary>
        <dl>
          <dt>When</dt>
          <dd>{when}</dd>
          <dt>In Slack</dt>
          <dd>{seen}</dd>
          <dt>How it ends</dt>
          <dd>{ends}</dd>
        </dl>
      </details>
    </li>
  );
}
