// Terms that readers do not know, each with its replacement and exceptions.

export interface Term {
  /** In prose; missing for a term that is only used in names. */
  readonly prose?: RegExp;
  /** In a name that is split into lower-case words: `known gateways`. */
  readonly name?: RegExp;
  readonly instead: string;
  /** Text that the field itself uses, and the reason. */
  readonly except?: readonly { readonly pattern: RegExp; readonly why: string }[];
  /** Files and exports in which the field itself uses the term. */
  readonly names?: readonly string[];
}

type Exceptions = Pick<Term, 'except' | 'names'>;

const whole = (words: string): RegExp => new RegExp(`\\b(?:${words})\\b`, 'i');

const both = (words: string, instead: string, exceptions: Exceptions = {}): Term => ({
  prose: whole(words),
  name: whole(words),
  instead,
  ...exceptions,
});

const inNames = (words: string, instead: string): Term => ({ name: whole(words), instead });

const inProse = (words: string, instead: string): Term => ({ prose: whole(words), instead });

export const terms: Readonly<Record<string, Term>> = {
  click: both('click(?:s|ed|ing)?', 'action'),
  press: both('press(?:es|ed|ing)?', 'action; **Refresh** alone, as the label is a verb'),
  form: both('forms?', 'modal, view submission', {
    except: [{ pattern: /\bin (?:the|a|an|another) form\b/gi, why: 'plain English' }],
  }),
  window: both('windows?', 'modal', {
    except: [
      {
        pattern:
          /\b(?:quota|maintenance|next|in this) windows?\b|\bwindow (?:resets|of)\b|\ballowed in a window\b/gi,
        why: 'quotas and maintenance have windows',
      },
      { pattern: /\bLIMIT\/WINDOW\b/g, why: 'a quota has a limit in a window' },
    ],
    names: [
      'src/kernel/quota-window.ts',
      'src/kernel/quota-window.ts windowMs',
      'src/kernel/quota-window.ts windowName',
      'src/engine/queue-names.ts dedupeWindowMs',
      'src/slack/send/paced-window.ts',
      'src/slack/send/paced-window.ts pacedWindow',
    ],
  }),
  opening: both('openings?|unopened', 'modal'),
  whisper: both('whisper(?:s|ed)?', 'ephemeral message'),
  'to their eyes': inProse('(?:to|for) (?:\\S+ )?(?:own )?eyes(?: alone)?', 'ephemeral message'),
  desk: both('desk', 'HandlerContext'),
  ears: both('ears', 'onCommand, onMention, onAction, onSubmission'),
  hear: inNames('hears?|heard', 'on…'),
  audience: both('audience', 'Notifier'),
  voice: both('voices?', 'SlackNotifier'),
  witness: both('witness(?:es)?', 'audit'),
  deed: both('deeds?', 'audit entry'),
  wish: both('wish(?:es|ed)?', 'request'),
  wanted: both('wanted', 'in sync, requested, desired'),
  ill: both('ill', 'degraded'),
  unseen: both('unseen', 'unknown'),
  'second person': inProse('second person|two-?person', 'approver, requires approval'),
  'two person': inNames('two person', 'requires approval'),
  standing: both('standing', 'inventory, access cache, group membership'),
  look: both('look(?:s|ed|ing)?', 'observe, check', {
    except: [{ pattern: /\blook(?:s|ed|ing)? (?:it |them |this )?up\b/gi, why: 'plain English' }],
  }),
  survey: both('surveys?', 'check all'),
  seen: inNames('seen$', 'observation'),
  kept: inNames('kept', 'the content: ModalMetadata'),
  told: inNames('told', 'the content: AnnouncedKey'),
  words: inNames('words', 'the content: …Copy, format…, describe…'),
  known: inNames('known$', 'the content: ResolvedAccess'),
  'at hand': inNames('at hand', 'the content'),
  begun: inNames('begun', 'the content'),
  lacks: both('lacks?', 'unmet conditions'),
  'and also': inNames('and also', 'withReadiness'),
  'nothing stands': inNames('nothing stands', 'emptyInventory'),
  holder: both('holder|holding', 'active run'),
  'at work': both('at work', 'active run'),
  'put off': both('puts? off', 'defer'),
  hurry: both('hurry|hurries', 'promote'),
  later: inNames('later', 'scheduled'),
  'runs on': inNames('runs on', 'continuesAfterCancel'),
  'in words': inNames('in words|words of', 'format…, describe…'),
  'closed first': both('closed.first', 'teardown order'),
  guarded: both('guarded', 'protect-first', {
    except: [{ pattern: /--guarded/g, why: 'an option that scripts use' }],
    names: ['src/gateway/options.ts isGuarded'],
  }),
  door: both('doors?', 'control routes'),
  room: both('rooms?', 'modules'),
  house: both('houses?', 'layout'),
  story: both('story|stories', 'scenario'),
  strike: both('strikes?|struck', 'inject'),
  examine: both('examin(?:es?|ed|ing|ation|ations)', 'diagnose'),
  mend: both('mend(?:s|ed|ing)?', 'repair, fix'),
  'a repair': inProse('(?:a|the|this|each|every) repair', 'a run of Repair'),
  'some seconds': inProse('some (?:seconds|minutes|hours)', 'a few seconds'),
  'a no': inProse('a no|counts? as no', 'declined'),
  'a word': inProse('(?:a|their|whose) word', 'a reason'),
};
