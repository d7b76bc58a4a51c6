// Story: the Socket Mode connection is cut without a goodbye.
import { type Story, StoryRefusal } from './story.ts';

export const socketDropped: Story = {
  name: 'socket-dropped',
  title: 'Socket Mode dropped',
  when: 'Any time, in a sandbox that was started with --socket.',
  seen: 'Nothing, or a command that takes a second longer: the bot connects again, and Slack delivers once more what was not acknowledged.',
  ends: 'By itself.',
  isMoment: true,
  begin: (stage) => {
    if (stage.dropSockets() > 0) return;
    throw new StoryRefusal(
      'The bot has no Socket Mode connection here: it is called over HTTP. Start the sandbox with --socket to see this.',
    );
  },
};
