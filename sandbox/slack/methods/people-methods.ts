// users.info, users.list, users.lookupByEmail, usergroups.users.list.
import { userForApp } from '../message-shape.ts';
import { page } from '../page-of-results.ts';
import { Refusal } from '../refusal.ts';
import type { WebMethod } from '../web-method.ts';

export const peopleMethods: readonly WebMethod[] = [
  {
    name: 'users.info',
    tier: 4,
    scopes: ['users:read'],
    token: 'bot',
    call: (args, ws) => {
      const id = args.required('user');
      const person = ws.state.people.find((each) => each.id === id);
      if (person === undefined) throw new Refusal('user_not_found');
      return { user: userForApp(ws, person) };
    },
  },
  {
    name: 'users.list',
    tier: 2,
    scopes: ['users:read'],
    token: 'bot',
    call: (args, ws) => {
      const { items, next } = page(ws.state.people, args);
      return {
        members: items.map((each) => userForApp(ws, each)),
        response_metadata: { next_cursor: next },
      };
    },
  },
  {
    name: 'users.lookupByEmail',
    tier: 3,
    scopes: ['users:read.email'],
    token: 'bot',
    call: (args, ws) => {
      const email = args.required('email').toLowerCase();
      const person = ws.state.people.find((each) => each.email === email && !each.emailHidden);
      if (person === undefined) throw new Refusal('users_not_found');
      return { user: userForApp(ws, person) };
    },
  },
  {
    name: 'usergroups.users.list',
    tier: 2,
    scopes: ['usergroups:read'],
    token: 'bot',
    call: (args, ws) => {
      const id = args.required('usergroup');
      const group = ws.state.userGroups.find((each) => each.id === id);
      if (group === undefined) throw new Refusal('no_such_subteam');
      return { users: group.users };
    },
  },
];
