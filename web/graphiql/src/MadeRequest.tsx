import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';
import { withMadeRequest } from './madeRequests';

/** Fills the request that was made in one tab into the tab that decides on it, when that tab is opened. */
export function MadeRequest() {
  const { index, tab, editor, actions } = useGraphiQL((state) => ({
    index: state.activeTabIndex,
    tab: state.tabs[state.activeTabIndex],
    editor: state.variableEditor,
    actions: state.actions,
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening a tab fills it in, not writing in it
  useEffect(() => {
    const text = editor && withMadeRequest(tab?.query ?? '', tab?.variables ?? '');
    if (!text) return;
    editor.setValue(text);
    actions.updateActiveTabValues({ variables: text });
  }, [index, editor]);
  return null;
}
