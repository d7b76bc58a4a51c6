// How a gateway is, in Slack: its status and the doctor's findings.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { DoctorAudience } from './doctor/audience.ts';
import { doctorMessage } from './doctor/view.ts';
import type { StatusAudience } from './status/audience.ts';
import { statusMessage } from './status/view.ts';

export const tellHealth = (speaker: Speaker): StatusAudience & DoctorAudience => ({
  showStatus: (to, status) => speaker.answerOnce(to, statusMessage(status, to.job)),
  showDiagnosis: (to, diagnosis) => speaker.answerOnce(to, doctorMessage(diagnosis, to.job)),
});
