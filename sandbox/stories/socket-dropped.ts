// Scenario: a dropped Socket Mode connection.
import { type Story, StoryRefusal } from './story.ts';

export const socketDropped: Story = {
  name: 'socket-dropped',
  title: 'Socket Mode dropped',
  when: 'At any time, in a sandbox started with --socket.',
  seen: 'Nothing, or a command that takes one second longer: the bot reconnects, and Slack delivers unacknowledged events again.',
  ends: 'Automatically.',
  isMoment: true,
  begin: (stage) => {
    if (stage.dropSockets() > 0) return;
    throw new StoryRefusal(
      'The bot uses HTTP and has no Socket Mode connection. Start the sandbox with --socket, then try again.',
    );
  },
};
