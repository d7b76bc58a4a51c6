// Checks of Google's project services: Service Usage, Resource Manager, Billing, IAM, Compute Engine.
import { type CloudCheck, differs, held } from '../../check.ts';
import { observeSteps } from '../step-reads.ts';

const absentAccount = 'llmgw-conformance-absent';

export const googleChecks: readonly CloudCheck[] = [
  {
    id: 'google-project-reads',
    needs: 'project',
    question: 'Do the project services answer the reads of a plan in the form that is read?',
    observedBy: 'the checks of enable-apis, check-project and create-proxy-subnet',
    bet: 'Every answer has the fields of src/clients/google/schema.ts.',
    observe: (cloud) =>
      observeSteps(cloud, ['enable-apis', 'check-project', 'create-proxy-subnet']),
  },
  {
    id: 'google-identity-reads',
    needs: 'project',
    question: 'Do IAM and Resource Manager answer the reads of the operator identity?',
    observedBy: 'the check of prepare-apigee-identity',
    bet: 'A service account without bindings has a policy without bindings, and status 200.',
    observe: (cloud) => observeSteps(cloud, ['prepare-apigee-identity']),
  },
  {
    id: 'google-absent-account',
    needs: 'project',
    question: 'How does IAM refuse a service account that does not exist?',
    observedBy: `serviceAccounts.get of ${absentAccount}`,
    bet: 'Status 404, which the client reads as "absent".',
    observe: async ({ env }) => {
      const { projectId } = env.gateway;
      const email = `${absentAccount}@${projectId}.iam.gserviceaccount.com`;
      const found = await env.clients.iam.getServiceAccount(projectId, email);
      return found === undefined
        ? held('absent')
        : differs('an account that nobody created was found');
    },
  },
];
