import { lazy } from 'react';
import { type DecisionDialogs, useDecisionDialogs } from '../components/useDecisionDialogs';
import type { Decision } from './DecisionButtons';

const ConfirmRequestDialog = lazy(() => import('../components/ConfirmRequestDialog'));
const RejectDialog = lazy(() => import('../components/RejectDialog'));
const ObjectDialog = lazy(() => import('../withdrawals/ObjectDialog'));
const QuestionDialog = lazy(() => import('../components/QuestionDialog'));

const DIALOGS: DecisionDialogs<Decision> = {
  confirm: (props) => <ConfirmRequestDialog {...props} />,
  reject: (props) => <RejectDialog {...props} />,
  object: (props) => <ObjectDialog {...props} />,
  takeBack: (props) => <QuestionDialog {...props} question="takeBack" />,
};

/** The seller's decisions on requests. */
export const useDecisions = () => useDecisionDialogs(DIALOGS);
