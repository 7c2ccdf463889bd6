import type { ErrorCode } from '../gql/graphql';
import type { en } from './en';
import type { enDesk } from './enDesk';
import type { enOwner } from './enOwner';
import type { enQueue } from './enQueue';
import type { EnumLabels } from './enumLabels';

/** The values that fill the gaps of a text. */
export type Vars = Record<string, string | number>;

export type Text = string | ((vars: Vars) => string);

export type Key = keyof typeof en | keyof typeof enDesk | keyof typeof enOwner | keyof typeof enQueue;

/** Everything that the console says in one language. */
export interface Translation {
  texts: Record<Key, Text>;
  labels: EnumLabels;
  /**
   * Why the server refused something, by code. A code without a text shows the server's own sentence, and a text may
   * take from that sentence what only the server knows.
   */
  refusals: Partial<Record<ErrorCode, string | ((message: string) => string)>>;
}
