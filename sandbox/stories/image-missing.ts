// Story: somebody removed the model server's image from its registry.
import type { Story } from './story.ts';

export const imageMissing: Story = {
  name: 'image-missing',
  title: 'Model image cannot be pulled',
  when: 'Before /llmgw provision, or before the model server is deployed.',
  seen: 'The run stops at "Deploy the model server" instead of waiting out its time: the card says ImagePullBackOff, which image, and what the registry answered.',
  ends: 'End it (the image is back) and press Retry: the node pulls it and the run goes on.',
  begin: ({ faults }) => faults.setTrouble('model-image-missing', true),
  end: ({ faults }) => faults.setTrouble('model-image-missing', false),
};
