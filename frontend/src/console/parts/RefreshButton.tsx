import Button from '@atlaskit/button/default/button';

import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';

interface RefreshButtonProps {
  readonly onClick: () => void;
  readonly isLoading: boolean;
}

/** Nothing is loaded by itself: that would keep a session alive that nobody sits in front of. */
export function RefreshButton({ onClick, isLoading }: RefreshButtonProps) {
  const words = useWords(commonWords);
  return (
    <Button onClick={onClick} isLoading={isLoading}>
      {words.refresh}
    </Button>
  );
}
