import { BrokenPart } from '../../shared/BrokenPart.tsx';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';

interface NotShownProps {
  readonly onAgain: () => void;
}

/** Stands in the place of what could not be drawn. */
export function NotShown({ onAgain }: NotShownProps) {
  return <BrokenPart words={useWords(commonWords).notShown} headingLevel="h1" onAgain={onAgain} />;
}
