// What people are told of a quota and of what was sent. Types only.

/** Requests over time as Apigee counted them; a row for each app of a person, or for each developer. */
export interface UsageOverTime {
  readonly span: 'day' | 'week';
  /** ms since the epoch; the bars are `unitMs` wide and begin at `from`. */
  readonly from: number;
  readonly to: number;
  readonly unitMs: number;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly {
      readonly at: number;
      readonly requests: number;
      /** Of these, refused or failed. */
      readonly errors: number;
    }[];
  }[];
}

export interface QuotaReport {
  readonly gateway: string;
  /** Whose; undefined for all together. */
  readonly user: string | undefined;
  /** The reader's own. */
  readonly isOwn: boolean;
  /** The one app that it is about, as Apigee names it; undefined for all of them. */
  readonly app: string | undefined;
  readonly limit: number;
  /** `5 requests per minute`: of each app. */
  readonly quota: string;
  /** Where Apigee shows another one than is wanted. */
  readonly shownByApigee: string | undefined;
  /** What this bot sent with each app of the person in the window that runs now. */
  readonly used:
    | readonly {
        readonly app: string;
        readonly used: number;
        readonly resetsAt: number | undefined;
      }[]
    | undefined;
  readonly sent: UsageOverTime | { readonly problem: string };
}
