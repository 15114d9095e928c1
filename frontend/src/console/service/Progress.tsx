import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { STEPS, stepsDone } from './erasures.ts';

interface ProgressProps {
  readonly step: string;
  /** The last step that is done, in words. */
  readonly label: string;
}

/** How far an erasure has come, as a bar and in words. */
export function Progress({ step, label }: ProgressProps) {
  const { erasures } = useWords(serviceWords);
  const text = `${label}, ${erasures.step(stepsDone(step), STEPS.length)}`;
  return (
    <span className="progress">
      <progress value={stepsDone(step)} max={STEPS.length} aria-label={text} />
      <span>{text}</span>
    </span>
  );
}
