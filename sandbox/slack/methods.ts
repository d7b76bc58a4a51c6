// The one list of Web API methods that the workspace serves.
import { appMethods, connectionsOpen } from './methods/app-methods.ts';
import { chatMethods } from './methods/chat-methods.ts';
import { conversationMethods } from './methods/conversation-methods.ts';
import { fileMethods } from './methods/file-methods.ts';
import { peopleMethods } from './methods/people-methods.ts';
import { streamMethods } from './methods/stream-methods.ts';
import { viewMethods } from './methods/view-methods.ts';
import type { WebMethod } from './web-method.ts';

export function slackMethods(newSocketUrl: () => string): readonly WebMethod[] {
  return [
    ...appMethods,
    connectionsOpen(newSocketUrl),
    ...chatMethods,
    ...streamMethods,
    ...viewMethods,
    ...conversationMethods,
    ...peopleMethods,
    ...fileMethods,
  ];
}
