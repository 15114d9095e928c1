import Button from '@atlaskit/button/default/button';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { type ReactNode, useEffect, useRef } from 'react';

export interface BrokenWords {
  readonly title: string;
  readonly text: string;
  readonly again: string;
  /** Left out in a frame, which cannot be opened again without its product. */
  readonly reload?: string;
}

interface BrokenPartProps {
  readonly words: BrokenWords;
  readonly headingLevel: 'h1' | 'h2';
  readonly isTrying?: boolean;
  readonly onAgain: () => void;
  /** What else somebody can do about it. */
  readonly children?: ReactNode;
}

/** Stands in the place of a part that could not be loaded or drawn. */
export function BrokenPart({ words, headingLevel, isTrying = false, onAgain, children }: BrokenPartProps) {
  const part = useRef<HTMLDivElement>(null);
  // What had the focus may have gone with the part.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) {
      part.current?.focus();
    }
  }, []);
  return (
    <div role="alert" ref={part} tabIndex={-1}>
      <SectionMessage appearance="error" title={words.title} headingLevel={headingLevel}>
        <Stack space="space.150" alignInline="start">
          <Text as="p">{words.text}</Text>
          <Inline space="space.100" shouldWrap>
            <Button onClick={onAgain} isLoading={isTrying}>
              {words.again}
            </Button>
            {words.reload !== undefined && <Button onClick={() => window.location.reload()}>{words.reload}</Button>}
          </Inline>
          {children}
        </Stack>
      </SectionMessage>
    </div>
  );
}
