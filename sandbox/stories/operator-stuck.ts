// Scenario: an Apigee operator that reports healthy and does nothing.
import type { Story } from './story.ts';

export const operatorStuck: Story = {
  name: 'operator-stuck',
  title: 'Operator stuck',
  when: 'Before "Create Apigee backend service" of a run.',
  seen: 'The card stays at the first step that waits for the operator. It names the resource without a status, and for how long. Other steps continue.',
  ends: 'End it to restart the operator: the run continues automatically. Cancel works at any time.',
  begin: ({ faults }) => faults.setTrouble('operator-stuck', true),
  end: ({ faults }) => faults.setTrouble('operator-stuck', false),
};
