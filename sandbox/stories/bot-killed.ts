// Scenario: the bot's process is killed and restarted.
import type { Story } from './story.ts';

export const botKilled: Story = {
  name: 'bot-killed',
  title: 'Bot killed (-9)',
  when: 'During a run.',
  seen: 'The card stops for a moment, then continues with the same step. The bot posts no second card and creates nothing twice.',
  ends: 'Automatically: a new process reads the journal and continues the run.',
  isMoment: true,
  begin: (stage) => stage.process('bot').kill('SIGKILL'),
};
