import { host } from '#host';
import { type ReactNode, useEffect, useState } from 'react';

interface OutsideLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link to a page that opens beside this one, so that nothing that was written is lost. */
export function OutsideLink({ href, children }: OutsideLinkProps) {
  const { openBeside } = host;
  const open = openBeside && { onClick: (event: { preventDefault(): void }) => (event.preventDefault(), openBeside(href)) };
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" {...open}>
      {children}
    </a>
  );
}

interface ServiceLinkProps {
  /** Of a public page of the service. */
  readonly path: string;
  readonly children: ReactNode;
}

/** A link to a public page of the service. Until it is known where that stands, its text is there alone. */
export function ServiceLink({ path, children }: ServiceLinkProps) {
  const address = usePublicAddress(path);
  return address === null ? <>{children}</> : <OutsideLink href={address}>{children}</OutsideLink>;
}

function usePublicAddress(path: string): string | null {
  const known = host.publicAddress(path);
  const isKnown = known === null || typeof known === 'string';
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (!isKnown) {
      void Promise.resolve(host.publicAddress(path)).then(setTold);
    }
  }, [path, isKnown]);
  return isKnown ? known : told;
}
