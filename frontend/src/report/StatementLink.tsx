import { ServiceLink } from '../shared/OutsideLink.tsx';
import { useFormat, useSpeech } from '../shared/speech.ts';
import { useReportWords } from './words/words.ts';

interface StatementLinkProps {
  /** Zero while none is published. */
  readonly version: number;
}

/** The statement that a consent refers to. */
export function StatementLink({ version }: StatementLinkProps) {
  const { send: words } = useReportWords();
  const { language } = useSpeech();
  const format = useFormat();
  const path = version === 0 ? '/privacy' : `/privacy/versions/${version}`;
  return (
    <ServiceLink path={`${path}?lang=${language}`}>
      {version === 0 ? words.statement : words.statementVersion(format.count(version))}
    </ServiceLink>
  );
}
