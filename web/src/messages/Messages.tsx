import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { useI18n } from '../i18n/I18n';
import { MessageLog } from './MessageLog';
import { Templates } from './Templates';
import './messages.css';

const VIEWS = { log: MessageLog, templates: Templates } as const;

/** What is mailed to customers, sellers and the owner, and the templates that it is made by. */
export default function Messages() {
  const { t } = useI18n();
  useTitle(t('messages'));
  const view = useView(VIEWS);
  const View = VIEWS[view];
  return (
    <>
      <h1>{t('messages')}</h1>
      <ViewTabs labels={{ log: t('messageLog'), templates: t('templates') }} current={view} />
      <View />
    </>
  );
}
