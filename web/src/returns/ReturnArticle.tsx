import './texts';
import type { ReactNode } from 'react';
import { useLinkTarget } from '../components/useLinkTarget';
import type { HandledLabelFieldsFragment, ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Labels } from './Labels';
import { type OnTask, ReturnActions } from './ReturnActions';
import { ReturnSummary } from './ReturnSummary';

interface ReturnArticleProps {
  shipment: ReturnFieldsFragment;
  labels: readonly HandledLabelFieldsFragment[];
  level?: 2 | 3;
  about: ReactNode;
  onTask: OnTask;
}

/** A return shipment and its labels, with what can be done with it. */
export function ReturnArticle({ shipment, labels, level = 3, about, onTask }: ReturnArticleProps) {
  const { t } = useI18n();
  const article = useLinkTarget(shipment.id);
  return (
    <article
      ref={article}
      tabIndex={-1}
      className="card request"
      aria-label={t('returnNumber', { number: shipment.number })}
    >
      <ReturnSummary shipment={shipment} level={level} about={about} />
      <Labels shipment={shipment} labels={labels} onTask={onTask} />
      <ReturnActions shipment={shipment} onTask={onTask} />
    </article>
  );
}
