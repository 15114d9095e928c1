import { serviceBase, underBase } from '../shared/base.ts';
import { useFormat, useSpeech } from '../shared/speech.ts';
import { useReportWords } from './words/words.ts';

interface StatementLinkProps {
  /** Zero while none is published. */
  readonly version: number;
}

/** The statement that a consent refers to. It opens beside the page, so that nothing that was written is lost. */
export function StatementLink({ version }: StatementLinkProps) {
  const { send: words } = useReportWords();
  const { language } = useSpeech();
  const format = useFormat();
  const path = version === 0 ? '/privacy' : `/privacy/versions/${version}`;
  return (
    <a href={underBase(serviceBase(), `${path}?lang=${language}`)} target="_blank" rel="noopener">
      {version === 0 ? words.statement : words.statementVersion(format.count(version))}
    </a>
  );
}
