/** The contents of a tab. */
interface TabContents {
  initialQuery: string;
  initialVariables: string;
  initialHeaders?: string;
}

/**
 * The tab that was open last, if any. GraphiQL saves its tabs, but finds the open tab only by the contents
 * given here. Without them it opens another tab with the last edits of any tab.
 */
export function lastTab(storage: Storage): TabContents | undefined {
  try {
    const { tabs, activeTabIndex } = JSON.parse(storage.getItem('graphiql:tabState') ?? '');
    const { query, variables, headers } = tabs[activeTabIndex];
    const contents = { initialQuery: query ?? '', initialVariables: variables ?? '' };
    return headers == null ? contents : { ...contents, initialHeaders: headers };
  } catch {
    return undefined; // nothing is saved, or another version has saved it
  }
}
