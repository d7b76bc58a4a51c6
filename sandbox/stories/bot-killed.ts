// Story: the bot's process is killed outright; what supervises it starts another.
import type { Story } from './story.ts';

export const botKilled: Story = {
  name: 'bot-killed',
  title: 'Bot killed (-9)',
  when: 'In the middle of a run.',
  seen: 'The card stands still for a moment and goes on with the same step; no second card, nothing made twice.',
  ends: 'By itself: a new process reads the journal and goes on.',
  isMoment: true,
  begin: (stage) => stage.process('bot').kill('SIGKILL'),
};
