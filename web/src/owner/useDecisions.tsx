import { lazy } from 'react';
import { type DecisionDialogs, useDecisionDialogs } from '../components/useDecisionDialogs';
import type { Decision } from './RequestActions';

const ConfirmRequestDialog = lazy(() => import('../components/ConfirmRequestDialog'));
const ApplyRequestDialog = lazy(() => import('./ApplyRequestDialog'));
const RejectDialog = lazy(() => import('../components/RejectDialog'));
const QuestionDialog = lazy(() => import('../components/QuestionDialog'));

const DIALOGS: DecisionDialogs<Decision> = {
  confirm: (props) => <ConfirmRequestDialog {...props} onBehalf />,
  apply: (props) => <ApplyRequestDialog {...props} />,
  reject: (props) => <RejectDialog {...props} />,
  convert: (props) => <QuestionDialog {...props} question="convert" />,
};

/** The owner's decisions on requests. */
export const useDecisions = () => useDecisionDialogs(DIALOGS);
