// Story: Redis is killed and stays away: no queue, no journal.
import type { Story } from './story.ts';

export const redisDies: Story = {
  name: 'redis-dies',
  title: 'Redis dies',
  when: 'Any time, also in the middle of a run.',
  seen: 'A new command is answered at once with a word that it cannot be taken now; a run’s card stands still. Nothing is lost and nothing is done twice.',
  ends: 'End it (Redis comes back on its append-only file): the run goes on from its journal, and commands are taken again.',
  begin: (stage) => stage.process('redis').absence?.begin(),
  end: (stage) => stage.process('redis').absence?.end(),
};
