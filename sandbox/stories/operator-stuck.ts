// Story: the Apigee operator's pod runs, says that it is well, and does nothing.
import type { Story } from './story.ts';

export const operatorStuck: Story = {
  name: 'operator-stuck',
  title: 'Operator stuck',
  when: 'Before "Create Apigee backend service" of a run.',
  seen: 'The card stays at the first step that waits for the operator and says which resource has had no status from it and for how long; nothing else is held up.',
  ends: 'End it (the operator works again): the run goes on by itself. Cancel works at any time.',
  begin: ({ faults }) => faults.setTrouble('operator-stuck', true),
  end: ({ faults }) => faults.setTrouble('operator-stuck', false),
};
