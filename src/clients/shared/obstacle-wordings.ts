// Grammar of refusals without a reason: temporary changes, and demands on a person.
import type { Obstacle } from './obstacle.ts';

interface Wording {
  readonly when: RegExp;
  readonly code: Obstacle['code'];
}

/** Verbs of temporary changes, without their last letters. */
const verbs =
  'creat|updat|upgrad|downgrad|chang|delet|remov|resiz|scal|repair|heal|recover|restor|reconcil|provision|allocat|configur|initializ|bootstrapp|prepar|start|stopp|boot|terminat|shutt|suspend|resum|drain|cordon|evict|attach|detach|mov|migrat|rotat|renew|refresh|replac|install|deploy|patch|propagat|synchroni[sz]|sync|roll|enabl|disabl|convert|expand|process|execut|finali[sz]|clean|evacuat|lock';
const prefix = '(?:auto-?|re-?|de|un)?';
const progressive = `${prefix}(?:${verbs}|modify|apply|build|sett|settl)ing`;
const participle = `(?:${prefix}(?:${verbs}|modifi|appli)ed|shut down|rebuilt|set up|torn down|worked on)`;
/** Nouns of such changes. */
const changes =
  '(?:\\w+-)?(?:operations?|creation|updates?|upgrades?|downgrade|deletion|removal|resize|resizing|scaling|repairs?|recovery|reconciliation|provisioning|(?<!under )maintenance|migration|rotation|attachment|detachment|deployment|undeployment|roll-?outs?|roll-?backs?|restarts?|drain(?:ing)?|changes?|modifications?|restore|initialization|transition|(?:de|re)?activations?|(?:en|dis)ablement|(?:un)?installation|propagation|synchroni[sz]ation)';
/** Changes that may be described as running; a deployment runs permanently. */
const running =
  '(?:operations?|updates?|upgrades?|migration|repair|resize|roll-?out|rotation|(?:de|re)?activations?)';
const operation = '(?:operations?|operation-[\\w-]+)';
/** Resources that are busy while they change. */
const things =
  '(?:operations?|operation-[\\w-]+|clusters?|(?:node ?)?pools?|nodes?|masters?|control ?planes?|resources?|instances?|environments?|organizations?|attachments?|groups?|(?:sub)?networks?|endpoints?|(?:api ?)?servers?|services?|runtimes?|projects?|gke|apigee|system|it|they)';
const done =
  '(?:done|over|ready|complete[sd]?|finish(?:es|ed)?|end(?:s|ed)?|settle[sd]?|conclude[sd]?|through)';
const adverbs = '(?:(?:currently|still|already|now|just|actively|automatically) )*';

const matching = (source: string): RegExp => new RegExp(source, 'is');
const busy = (source: string): Wording => ({ when: matching(source), code: 'busy' });

/** An operation with its id that is running. */
const namedRuns = matching(
  `\\boperation-[\\w-]+.{0,120}\\b(?:is ${adverbs}(?:\\w+ing|pending|in progress|under ?way)|in progress)\\b`,
);

/** A temporary obstacle. One clause is matched at a time. */
const wordings: readonly Wording[] = [
  // "Operation operation-17… is currently upgrading cluster x."
  { when: namedRuns, code: 'busy' },
  // "Master is upgrading.", "Cluster x is currently rotating its credentials."
  busy(
    `\\b${things}\\b.{0,120}(?<!\\b(?:you|request|call) )\\b(?:is|are) ${adverbs}(?:in progress|under ?way|(?:in the (?:middle|process|midst) of )?${progressive})\\b`,
  ),
  // "Node pool p is being drained."
  busy(
    `(?<!\\b(?:from|without|before|after|by|not|never|of|than|against) )\\bbeing ${adverbs}(?:${participle}|(?:used|held|blocked) by an(?:other)? operation)\\b`,
  ),
  // "Cluster is running incompatible operation operation-17…", "an unfinished upgrade"
  busy(
    `(?<!\\bno )\\b(?:incompatible|conflicting|concurrent|another|overlapping|competing) ${operation}\\b`,
  ),
  busy(
    `(?<!\\bno )\\b(?:ongoing|pending|in-?progress|in-flight|unfinished|outstanding|running|active) (?:[\\w-]+ ){0,2}${changes}\\b`,
  ),
  // "There is already an operation in progress", "A resize of the node pool is under way"
  busy(
    `(?<!\\b(?:no|without|any) )\\b(?:${changes}|operation-[\\w-]+)\\b.{0,200}\\b(?:in progress|in flight|under ?way|ongoing|outstanding|unfinished)\\b`,
  ),
  busy(
    `(?<!\\b(?:no|without|any) )\\b(?:${running}|operation-[\\w-]+)\\b.{0,120}\\b(?:is|are) ${adverbs}(?:running|pending|active|queued)\\b`,
  ),
  // "operation-17… has not finished", "The upgrade is yet to complete"
  busy(
    `\\b(?:${changes}|operation-[\\w-]+)\\b.{0,120}\\b(?:ha(?:s|ve) not|hasn't|haven't|not yet|yet to)(?: yet)?(?: been| be)? ${done}\\b`,
  ),
  busy(`\\b${operation}\\b.{0,120}\\b(?:is not|isn't|are not|aren't)(?: yet)? ${done}\\b`),
  busy(
    `\\b${operation}\\b.{0,120}\\b(?:must|has to|have to|needs? to|should)(?: first)?(?: be)? ${done}\\b`,
  ),
  // "DeleteCluster cannot run until operation-17… finishes", "not possible until the cluster is ready"
  busy(
    `\\b(?:until|till|before|as soon as) (?:[\\w"'/-]+ ){0,5}?(?:${changes}|operation-[\\w-]+)\\b.{0,120}\\b${done}\\b`,
  ),
  busy(
    `\\b(?:until|till) (?:[\\w"'/-]+ ){0,5}?${things}\\b.{0,80}\\b(?:is|are|becomes?) (?:ready|running|active|available|idle|healthy)\\b`,
  ),
  busy(
    `\\b(?:until|till) .{1,80}\\b(?:finishes|completes|ends|settles|concludes|(?:is|are|has|have)(?: been)? (?:done|finished|completed?|over|ended))\\b`,
  ),
  // "UpdateCluster operation-17… still running"
  busy(`\\boperation-[\\w-]+\\b.{0,60}\\b(?:still|currently|already) \\w+ing\\b`),
  busy(`\\boperation-[\\w-]+\\b.{0,60}\\b(?:not|never) (?:yet )?${done}\\b`),
  // "is currently modified by another request"
  busy(
    `\\b(?:currently|already|being) ${participle} by (?:an?other|a (?:concurrent|different)) \\w+\\b`,
  ),
  // "Deletion is not possible during an upgrade."
  busy(`\\b(?:during|amid|in the (?:middle|midst) of) (?:[\\w"'-]+ ){0,3}?${changes}\\b`),
  busy(`\\b(?:undergoing|busy with) (?:[\\w"'-]+ ){0,3}?${changes}\\b|\\bunder maintenance\\b`),
  // "wait for the detach operation to complete"
  busy(
    `\\bwait(?:s|ing)? for\\b.{0,160}\\bto (?:be )?${done}\\b|\\bwait(?:s|ing)? (?:for|on) (?:[\\w"'/-]+ ){0,4}?${operation}\\b|\\bqueued behind\\b`,
  ),
  // "environment b is in state CREATING", "currently RECONCILING", "node pool p is in STOPPING state"
  busy(
    `\\b(?:state|status|phase)(?: is|:| of| =)? ?["'(]?(?:${progressive}|pending)\\b|(?<!\\b(?:you are|request is) )\\b(?:currently|still) ["'(]?${progressive}\\b`,
  ),
  busy(
    `\\b(?:in|is) (?:an? |the )?["'(]?(?:${progressive}|pending)["')]? (?:state|status|phase)\\b`,
  ),
  // "blocked by operation 7", "conflicts with operation-17…"
  busy(
    `\\b(?:locked|held|blocked|reserved|claimed) (?:by|for) (?:[\\w"'-]+ ){0,3}?${operation}\\b|\\b(?:conflict|overlap|collid|clash|interfer)\\w* with (?:[\\w"'-]+ ){0,3}?${operation}\\b`,
  ),
  busy(
    `\\b(?:acquir|obtain|tak|get)\\w* (?:[\\w"'-]+ ){0,3}?(?:lock|lease)\\b|\\block (?:is |was )?(?:held|contention)\\b`,
  ),
  busy(`\\b(?:is|are|still|currently|too) busy\\b`),
  // Compute Engine: "The subnetwork resource 'a' is already being used by 'b'"
  { when: /\bis already being used by\b/i, code: 'in_use' },
  {
    when: /\b(concurrent|conflicting) (policy )?(changes?|updates?|modifications?|requests?)\b/i,
    code: 'conflict',
  },
  {
    when: /\bread-modify-write\b|\betag\b.{0,60}\b(mismatch|does not match|did not match|stale)\b/is,
    code: 'conflict',
  },
  { when: /\boperation rate exceeded\b|\btoo frequent operations\b/i, code: 'rate_limited' },
];

/** Advice to try again, without the temporary change. */
const hints: readonly Wording[] = [
  // Apigee: "the resource is locked", Compute Engine: "The resource '…' is not ready"
  busy(`\\b(?:is|are) ${adverbs}locked\\b|\\blocked by\\b`),
  busy(`\\bis not (?:yet )?ready\\b|\\bnot yet (?:ready|available|active|${participle})\\b`),
  busy(`\\bplease wait\\b|\\bwait (?:a (?:few|little|while|moment|minute)|some|until)\\b`),
  busy(
    `\\b(?:try|retry)(?:ing)?(?: again| it| this)* (?:later|shortly|soon|in (?:an?|some|\\d+)|after (?:some|a (?:few|while|moment|minute)|\\d+))\\b`,
  ),
  busy(`\\b(?:try|retry)\\b.{0,40}\\b(?:once|when|after|until)\\b.{0,120}\\b${done}\\b`),
  busy(`\\b(?:temporarily|momentarily)\\b`),
];

/** Causes that only a person can resolve. */
const matters =
  /\bbilling\b|\borg(?:ani[sz]ation)? polic(?:y|ies)\b|\bconstraints\/|\bpolicy constraint\b|\b(?:deletion|delete|termination)[- ]protect\w*|\bprotected (?:from|against)\b|\bliens?\b|\bquotas?\b|\b(?:un)?pin(?:ned|ning|s)?\b|\bunenrol\w*|\bopt(?:ed)?[- ](?:in|out)\b|\badministrators?\b|\bapproval\b|\bmaintenance exclusions?\b|\bterms of service\b|\blicen[cs]es?\b|\bsuspended\b|\benough resources\b|\bstockout\b/i;

const deeds =
  '(?:enable|disable|create|remove|delete|specify|choose|use|provide|correct|detach|attach|request|enroll?|unenroll?|turn|switch|set|unset|change|update|upgrade|add|grant|contact|ask|increase|raise|reduce|lower|fix|link|unlink|unlock|unpin|approve|accept|clear|resolve|select|pick|cancel|leave|join|register|unregister|downgrade|stop|pause|scale|configure|migrate|move|edit|modify|revoke|release|free|visit|undeploy|uninstall|empty|drop)';
const deedsDone =
  '(?:enabled|disabled|created|removed|deleted|specified|chosen|used|provided|corrected|detached|attached|requested|enrolled|unenrolled|turned (?:on|off)|switched|set|unset|changed|updated|upgraded|added|granted|increased|raised|reduced|lowered|fixed|linked|unlinked|unlocked|approved|accepted|cleared|resolved|selected|configured|migrated|moved|edited|modified|revoked|released|freed|undeployed|uninstalled|emptied|empty|dropped)';
const demands = [
  // "Please enable …", "… and then detach it", "You have to remove the lock"
  matching(
    `\\b(?:please|and|then|must|needs? to|have to|has to|should)(?: first| also| now)? ${deeds}\\b`,
  ),
  // "Deletion protection must be disabled"
  matching(`\\b(?:must|needs? to|has to|have to|should)(?: first| also)? be ${deedsDone}\\b`),
  // "Unenroll first.", "Detach it first"; not "Delete operation in progress"
  matching(
    `(?:^|[,:]) ?${deeds}\\b(?!.*\\b(?:operations?|in progress|under ?way|complete[sd]?|finish(?:es|ed)?)\\b)(?! ?(?:is|was|are|has|of|:))`,
  ),
  // Any other verb: "leave it first"
  matching(
    `(?:^|[,:;] ?)(?!(?:the|an?|it|this|that|another|wait|operation)\\b)[a-z]+\\b(?!.*\\b(?:operations?|complete[sd]?|finish(?:es|ed)?|ends?)\\b).{0,80}\\bfirst\\W*$`,
  ),
];

/** The part after the wait is advice, and no demand: "wait until it is done, then delete the cluster". */
const beforeTheWait = (clause: string): string =>
  clause.replace(/\b(?:wait(?:s|ing)?|until|once|after)\b.*/is, '');

const clausesOf = (message: string): string[] =>
  message.split(/(?<=[.;!?])\s+|\n+/).filter((clause) => clause.trim() !== '');

const named =
  '(?:environment|cluster|(?:node ?)?pool|instance|group|attachment|(?:sub)?network|project|organization|resource)';
/** Names of resources: their words say nothing about the obstacle. */
const namesOf: readonly RegExp[] = [
  // 'a', "proxy-only"
  /(?<!\w)(["'`])(?![^"'`]*constraints\/)[\w./:@-]+\1/g,
  // projects/billing-prod/regions/r
  /(?<![\w/])(?!\S*constraints\/)[\w.@-]+(?:\/[\w.@-]+)+/g,
  // billing-gw; not "deletion-protected"
  /(?<![\w-])(?!operation-|(?:deletion|delete|termination)-protect|opt(?:ed)?-|auto-|re-|in-)[a-z\d]+(?:-[a-z\d]+)+(?![\w-])/gi,
  // environment billing is currently being created
  new RegExp(`(?<=\\b${named} )[\\w-]+(?= (?:is|are) ${adverbs}(?:being \\w+|\\w+ing)\\b)`, 'gi'),
];

const withoutNames = (message: string): string =>
  namesOf.reduce((text, name) => text.replaceAll(name, 'x'), message);

/** Whether the text demands a change by a person, even if it also offers another try. */
export function asksPerson(message: string): boolean {
  return clausesOf(withoutNames(message))
    .filter((clause) => !namedRuns.test(clause))
    .some(
      (clause) =>
        matters.test(clause) || demands.some((demand) => demand.test(beforeTheWait(clause))),
    );
}

/** The temporary obstacle in the text. */
export function wordingCode(message: string): Obstacle['code'] | undefined {
  const clauses = clausesOf(message);
  const told = clauses.flatMap((clause) => wordings.filter(({ when }) => when.test(clause)));
  const isForPerson = asksPerson(message);
  const passing = isForPerson ? told.filter(({ code }) => code !== 'busy') : told;
  const [found] = passing;
  if (found !== undefined || isForPerson) return found?.code;
  return hints.find(({ when }) => clauses.some((clause) => when.test(clause)))?.code;
}
