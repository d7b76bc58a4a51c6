// views.open, push, update, publish.
import type { CallArguments } from '../call-arguments.ts';
import { Refusal, invalidArguments } from '../refusal.ts';
import {
  acceptHome,
  acceptModal,
  findModal,
  hashOf,
  homeForApp,
  modalForApp,
  pushModal,
  replaceModal,
  stackOf,
} from '../views.ts';
import type { WebMethod } from '../web-method.ts';
import { type Trigger, type Workspace, findPerson } from '../workspace.ts';

/** Redeems the trigger: only once, within three seconds. */
function redeem(args: CallArguments, ws: Workspace): Trigger {
  const trigger = ws.triggers.get(args.required('trigger_id'));
  if (trigger?.app !== ws.app.id) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (ws.now() > trigger.expiresAt) throw new Refusal('expired_trigger_id');
  return trigger;
}

const open: WebMethod = {
  name: 'views.open',
  tier: 4,
  scopes: [],
  token: 'bot',
  call: (args, ws) => {
    const trigger = redeem(args, ws);
    const draft = acceptModal(ws, args.json('view'));
    trigger.used = true;
    stackOf(ws, trigger.user).length = 0;
    return { view: modalForApp(ws, pushModal(ws, trigger.user, draft)) };
  },
};

const push: WebMethod = {
  name: 'views.push',
  tier: 4,
  scopes: [],
  token: 'bot',
  call: (args, ws) => {
    const trigger = redeem(args, ws);
    const draft = acceptModal(ws, args.json('view'));
    // Only a trigger from inside an open modal can push a view onto it.
    const isOpen = stackOf(ws, trigger.user).some((each) => each.id === trigger.fromView);
    if (!isOpen) throw new Refusal('no_permission');
    const view = pushModal(ws, trigger.user, draft);
    trigger.used = true;
    return { view: modalForApp(ws, view) };
  },
};

const update: WebMethod = {
  name: 'views.update',
  tier: 4,
  scopes: [],
  token: 'bot',
  call: (args, ws) => {
    const id = args.text('view_id');
    const externalId = args.text('external_id');
    if (id === undefined && externalId === undefined) {
      throw invalidArguments('missing required field: view_id');
    }
    const found = findModal(
      ws,
      (each) =>
        each.app === ws.app.id &&
        (id === undefined ? each.externalId === externalId : each.id === id),
    );
    if (found === undefined) throw new Refusal('not_found');
    const hash = args.text('hash');
    if (hash !== undefined && hash !== found.view.hash) throw new Refusal('hash_conflict');
    replaceModal(ws, found.view, acceptModal(ws, args.json('view')));
    return { view: modalForApp(ws, found.view) };
  },
};

const publish: WebMethod = {
  name: 'views.publish',
  tier: 4,
  scopes: [],
  token: 'bot',
  call: (args, ws) => {
    const person = findPerson(ws, args.required('user_id'));
    if (person === undefined) throw new Refusal('user_not_found');
    if (!ws.app.grant.hasHomeTab) throw new Refusal('not_enabled');
    const known = ws.app.grant.homes[person.id];
    const hash = args.text('hash');
    if (hash !== undefined && hash !== known?.hash) throw new Refusal('hash_conflict');
    const accepted = acceptHome(ws, args.json('view'));
    const home = {
      id: known?.id ?? ws.newId('V'),
      hash: hashOf(ws, accepted.blocks),
      ...accepted,
    };
    ws.app.grant.homes[person.id] = home;
    ws.changed();
    return { view: homeForApp(ws, home) };
  },
};

export const viewMethods: readonly WebMethod[] = [open, push, update, publish];
