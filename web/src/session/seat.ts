import { createContext } from 'react';
import type { Role } from '../gql/graphql';

/** The role of the person who looks at the page; the system before anybody is signed in. */
export const Seat = createContext<Role>('SYSTEM');
