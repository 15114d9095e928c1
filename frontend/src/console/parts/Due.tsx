import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { When } from './When.tsx';

interface DueProps {
  readonly at: string | null;
  readonly isLate: boolean;
}

/** By when the first answer is due. That it is late is said in words too. */
export function Due({ at, isLate }: DueProps) {
  const words = useWords(commonWords);
  if (at === null) {
    return <span className="subtle">–</span>;
  }
  return isLate ? (
    <strong>
      {words.late} <When at={at} />
    </strong>
  ) : (
    <When at={at} />
  );
}
