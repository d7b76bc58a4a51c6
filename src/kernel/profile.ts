// A person as their Slack profile names them.

export interface Profile {
  readonly user: string;
  /** Slack ids of the person's workspace and of its Grid: ids of users are unique in one alone. */
  readonly team?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}
