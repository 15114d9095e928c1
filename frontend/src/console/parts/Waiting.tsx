import Spinner from '@atlaskit/spinner';

import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';

export function Waiting() {
  const words = useWords(commonWords);
  return (
    <div className="loading" role="status">
      <Spinner size="large" label={words.loading} />
    </div>
  );
}
