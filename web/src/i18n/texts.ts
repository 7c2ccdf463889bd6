import type { ErrorCode } from '../gql/graphql';
import type { en } from './en';

/** What a text may be filled with. */
export type Vars = Record<string, string | number>;

export type Text = string | ((vars: Vars) => string);

/** Everything that is said in one language. */
export interface Tongue {
  texts: Record<keyof typeof en, Text>;
  /** By code, where not the server's own sentences are shown. */
  refusals: Partial<Record<ErrorCode, string>>;
}
