import { useQuery } from 'urql';
import { FilterSelect } from '../components/FilterBar';
import { AllReasonsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** A reason of the marketplace, also one that is offered no more. */
export default function ReasonFilter({ name, label }: { name: string; label: string }) {
  const { language: locale } = useI18n();
  const [{ data }] = useQuery({ query: AllReasonsDocument, variables: { locale } });
  const options = (data?.allReasons ?? []).map((reason) => ({ id: reason.handle, label: reason.label }));
  return <FilterSelect name={name} label={label} options={options} />;
}
