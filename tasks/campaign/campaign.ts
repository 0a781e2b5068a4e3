export interface CampaignOptions {
  /** Which cases: the same seed gives the same ones. */
  seed: number;
  /** How many. */
  tries: number;
}

export interface CampaignResult {
  tried: number;
  /** What became of them, in a few words. */
  said: string;
  /** One line for each case that went wrong: the case, and what was wrong with its end. */
  wrong: string[];
}

/** Tries generated cases and says what went wrong. */
export type Campaign = (options: CampaignOptions) => Promise<CampaignResult>;
