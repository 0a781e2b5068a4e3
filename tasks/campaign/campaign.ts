export interface CampaignOptions {
  /** Which cases: the same seed gives the same ones. */
  seed: number;
  /** How many. */
  tries: number;
  /** Told of each part of a campaign that takes minutes, as it ends. */
  onProgress?: (line: string) => void;
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
