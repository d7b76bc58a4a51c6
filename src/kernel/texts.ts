// Long texts by reference: prompts and words that no job payload may hold. Types only.

/** Long texts by reference, so that no payload holds them. */
export interface Texts {
  read(ref: string): Promise<string | undefined>;
  drop(ref: string): Promise<void>;
  keep(ref: string, text: string, ttlMs: number): Promise<void>;
}
