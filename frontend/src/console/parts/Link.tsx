import type { ReactNode } from 'react';

import { addressOf, isPlainClick, useNavigation } from '../navigation.ts';

interface LinkProps {
  readonly to: string;
  readonly query?: URLSearchParams;
  readonly className?: string;
  readonly isCurrent?: boolean;
  readonly label?: string;
  /** For whoever moves the focus along a list. */
  readonly rowOf?: string;
  readonly children: ReactNode;
}

/** A link to another place of the console. It is followed without loading the page anew. */
export function Link({ to, query, className, isCurrent, label, rowOf, children }: LinkProps) {
  const { go } = useNavigation();
  return (
    <a
      href={addressOf(to, query)}
      className={className}
      aria-current={isCurrent === true ? 'page' : undefined}
      aria-label={label}
      data-row={rowOf}
      onClick={(event) => {
        if (isPlainClick(event)) {
          event.preventDefault();
          go(to, query);
        }
      }}
    >
      {children}
    </a>
  );
}
