// Story: somebody removed the model server's image from its registry.
import type { Story } from './story.ts';

export const imageMissing: Story = {
  name: 'image-missing',
  title: 'Model image cannot be pulled',
  when: 'Before /llmgw provision, or before the model server is deployed.',
  seen: 'The card stays at "Deploy model server" and says why: the image pull fails, of how many pods, which image, and what the registry answered. What does not need the model goes on beside it.',
  ends: 'End it (the image is back): the nodes pull it, and the run goes on by itself. Cancel works at any time.',
  begin: ({ faults }) => faults.setTrouble('model-image-missing', true),
  end: ({ faults }) => faults.setTrouble('model-image-missing', false),
};
