import { createContext, type ReactNode, useContext } from 'react';

const Actions = createContext<readonly string[] | null | undefined>(null);

/** Says which actions the person's token names; null if it names none, and allows all that the role may do. */
export const ActionsProvider = Actions.Provider;

/** Whether the person's token allows an action, which is named as its mutation is. */
export function useMay() {
  const actions = useContext(Actions);
  return (action: string) => actions?.includes(action) ?? true;
}

/** What leads to an action that no row offers. It is not shown if the person's token does not name the action. */
export function May({ action, children }: { action: string; children: ReactNode }) {
  return useMay()(action) ? children : null;
}
