import { type ComponentType, useEffect, useState } from 'react';

import { BrokenPart } from '../../shared/BrokenPart.tsx';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Waiting } from './Waiting.tsx';

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

/**
 * A part that is loaded when it is first shown. React's own `lazy` remembers for good that a part could not be loaded; this
 * asks for it again.
 */
export function later<Props extends object>(load: Load<Props>): ComponentType<Props> {
  const loaded: { part?: ComponentType<Props> } = {};

  return function Later(props: Props) {
    const { Part, hasFailed, again } = useLater(load, loaded);
    const words = useWords(commonWords);
    if (Part !== undefined) {
      return <Part {...props} />;
    }
    return hasFailed ? <BrokenPart words={words.notLoaded} headingLevel="h1" onAgain={again} /> : <Waiting />;
  };
}

/** What has come once is there at once from then on. */
function useLater<Props>(load: Load<Props>, loaded: { part?: ComponentType<Props> }) {
  const [Part, setPart] = useState(() => loaded.part);
  const [hasFailed, setHasFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isHere = true;
    setHasFailed(false);
    load().then(
      ({ default: part }) => {
        loaded.part = part;
        return isHere && setPart(() => part);
      },
      () => isHere && setHasFailed(true),
    );
    return () => {
      isHere = false;
    };
  }, [load, loaded, attempt]);

  return { Part, hasFailed, again: () => setAttempt((before) => before + 1) };
}
