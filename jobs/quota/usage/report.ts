// Report types: quota and requests over time.

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
  /** Slack id; undefined for all users. */
  readonly user: string | undefined;
  /** The reader's own. */
  readonly isOwn: boolean;
  /** Name in Apigee of the single app; undefined for all apps. */
  readonly app: string | undefined;
  readonly limit: number;
  /** `5 requests per minute`: of each app. */
  readonly quota: string;
  /** Apigee's quota if it differs from the configured one. */
  readonly shownByApigee: string | undefined;
  /** Requests via this bot in the current window, per app. */
  readonly used:
    | readonly {
        readonly app: string;
        readonly used: number;
        readonly resetsAt: number | undefined;
      }[]
    | undefined;
  readonly sent: UsageOverTime | { readonly problem: string };
}
