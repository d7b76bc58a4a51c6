// Name and email of a person from their Slack profile.

export interface Profile {
  readonly user: string;
  /** Slack ids of the person's workspace and of its Grid: user ids are unique only within one. */
  readonly team?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}
