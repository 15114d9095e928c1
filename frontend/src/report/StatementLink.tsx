import { serviceBase, underBase } from '../shared/base.ts';

interface StatementLinkProps {
  /** Zero while none is published. */
  readonly version: number;
}

/** The statement that a consent refers to. It opens beside the page, so that nothing that was written is lost. */
export function StatementLink({ version }: StatementLinkProps) {
  const path = version === 0 ? '/privacy' : `/privacy/versions/${version}`;
  return (
    <a href={underBase(serviceBase(), path)} target="_blank" rel="noopener">
      {version === 0 ? 'privacy statement' : `privacy statement, version ${version}`}
    </a>
  );
}
