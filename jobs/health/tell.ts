// Slack adapter of the status and doctor notifiers.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { DoctorNotifier } from './doctor/notifier.ts';
import { doctorMessage } from './doctor/view.ts';
import type { StatusNotifier } from './status/notifier.ts';
import { statusMessage } from './status/view.ts';

export const tellHealth = (speaker: Speaker): StatusNotifier & DoctorNotifier => ({
  showStatus: (to, status) => speaker.answerOnce(to, statusMessage(status, to.job)),
  showDiagnosis: (to, diagnosis) => speaker.answerOnce(to, doctorMessage(diagnosis, to.job)),
});
