// List of the workspace's Web API methods.
import { appMethods } from './methods/app-methods.ts';
import { assistantMethods } from './methods/assistant-methods.ts';
import { chatMethods } from './methods/chat-methods.ts';
import { conversationMethods } from './methods/conversation-methods.ts';
import { fileMethods } from './methods/file-methods.ts';
import { peopleMethods } from './methods/people-methods.ts';
import { reactionMethods } from './methods/reaction-methods.ts';
import { streamMethods } from './methods/stream-methods.ts';
import { viewMethods } from './methods/view-methods.ts';
import { workspaceMethods } from './methods/workspace-methods.ts';
import type { WebMethod } from './web-method.ts';

export const slackMethods: readonly WebMethod[] = [
  ...appMethods,
  ...assistantMethods,
  ...workspaceMethods,
  ...chatMethods,
  ...streamMethods,
  ...viewMethods,
  ...conversationMethods,
  ...reactionMethods,
  ...peopleMethods,
  ...fileMethods,
];
