import Spinner from '@atlaskit/spinner';

import { useSharedWords } from './speech.ts';

interface LoadingProps {
  /** What is being loaded, as it reads in the sentence that says so. */
  readonly what: string;
}

export function Loading({ what }: LoadingProps) {
  const words = useSharedWords();
  return (
    <div className="loading" role="status">
      <Spinner size="large" label={words.loading(what)} />
    </div>
  );
}
