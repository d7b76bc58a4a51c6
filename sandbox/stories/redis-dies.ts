// Scenario: Redis is down: no queue, no journal.
import type { Story } from './story.ts';

export const redisDies: Story = {
  name: 'redis-dies',
  title: 'Redis down',
  when: 'At any time, also during a run.',
  seen: 'The bot refuses new commands at once and names the cause. The card of a run stops. Nothing is lost or done twice.',
  ends: 'End it to restart Redis from its append-only file: the run continues from its journal, and commands work again.',
  begin: (stage) => stage.process('redis').absence?.begin(),
  end: (stage) => stage.process('redis').absence?.end(),
};
