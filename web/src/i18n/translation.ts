import type { ErrorCode } from '../gql/graphql';
import type { en } from './en';
import type { enAdministration } from './enAdministration';
import type { enDesk } from './enDesk';
import type { enHome } from './enHome';
import type { enOwner } from './enOwner';
import type { enQueue } from './enQueue';
import type { enReturns } from './enReturns';
import type { enStore } from './enStore';
import type { enUnverified } from './enUnverified';
import type { EnumLabels } from './enumLabels';

/** The values that fill the gaps of a text. */
export type Vars = Record<string, string | number>;

export type Text = string | ((vars: Vars) => string);

export type Key =
  | keyof typeof en
  | keyof typeof enDesk
  | keyof typeof enHome
  | keyof typeof enOwner
  | keyof typeof enAdministration
  | keyof typeof enQueue
  | keyof typeof enReturns
  | keyof typeof enStore
  | keyof typeof enUnverified;

/** Everything that the console says in one language. */
export interface Translation {
  texts: Record<Key, Text>;
  labels: EnumLabels;
  /** Why the server refused something, by code. */
  refusals: Record<ErrorCode, Refusal>;
  /** The same to customers, where they read something else. */
  refusalsOfCustomers: Partial<Record<ErrorCode, string>>;
}

/** A sentence, or what the server's own becomes. */
type Refusal = string | ((message: string) => string);

/** Only the server can say it, and its own sentence does. It is written for those who do this every day. */
export const said = (message: string) => message;
