// Scenario: the model server's image is missing from its registry.
import type { Story } from './story.ts';

export const imageMissing: Story = {
  name: 'image-missing',
  title: 'Model image cannot be pulled',
  when: 'Before /llmgw provision, or before the model server is deployed.',
  seen: 'The card stays at "Deploy model server" and shows the failed image pull: number of pods, image, and answer of the registry. Steps that do not need the model continue.',
  ends: 'End it to restore the image: the nodes pull it, and the run continues automatically. Cancel works at any time.',
  begin: ({ faults }) => faults.setTrouble('model-image-missing', true),
  end: ({ faults }) => faults.setTrouble('model-image-missing', false),
};
