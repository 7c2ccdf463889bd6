/** What was written in a tab. */
interface Written {
  initialQuery: string;
  initialVariables: string;
  initialHeaders?: string;
}

/**
 * The tab that was open last, or nothing. GraphiQL keeps its tabs, but finds the open one only by the contents
 * given here; without them it goes on with the last edits of any tab, in a tab more.
 */
export function lastTab(storage: Storage): Written | undefined {
  try {
    const { tabs, activeTabIndex } = JSON.parse(storage.getItem('graphiql:tabState') ?? '');
    const { query, variables, headers } = tabs[activeTabIndex];
    const written = { initialQuery: query ?? '', initialVariables: variables ?? '' };
    return headers == null ? written : { ...written, initialHeaders: headers };
  } catch {
    return undefined; // nothing kept, or by another version
  }
}
