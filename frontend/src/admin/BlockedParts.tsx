import Checkbox from '@atlaskit/checkbox';
import { Legend } from '@atlaskit/form/legend';
import { Stack } from '@atlaskit/primitives/compiled';

import { type Part, PARTS } from '../shared/settings.ts';
import { useAdminWords } from './words/words.ts';

interface BlockedPartsProps {
  readonly blocked: readonly Part[];
  readonly onChange: (blocked: readonly Part[]) => void;
}

/** The parts of a report that nobody of the site can send. */
export function BlockedParts({ blocked, onChange }: BlockedPartsProps) {
  const { rules: words } = useAdminWords();
  return (
    <fieldset className="choice">
      <Legend>{words.blocked}</Legend>
      <p className="subtle">{words.blockedAbout}</p>
      <Stack space="space.050">
        {PARTS.map((part) => (
          <Checkbox
            key={part}
            isChecked={blocked.includes(part)}
            label={words.parts[part]}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...blocked, part] : blocked.filter((other) => other !== part))
            }
          />
        ))}
      </Stack>
    </fieldset>
  );
}
