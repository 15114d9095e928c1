import Button from '@atlaskit/button/default/button';
import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import { Stack } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { formatBytes } from '../shared/format.ts';
import { type ChosenFile, FILE_BYTES_MAX, fileFault, FILES_MAX } from './draft.ts';
import { readChosen } from './files.ts';

interface FilesFieldProps {
  readonly id: string;
  readonly files: readonly ChosenFile[];
  readonly onChange: (files: readonly ChosenFile[]) => void;
}

/** Files to send along. They are read into memory, and what cannot be taken is said at once. */
export function FilesField({ id, files, onChange }: FilesFieldProps) {
  const [fault, setFault] = useState<string | null>(null);

  const add = async (chosen: readonly File[]) => {
    let taken = files;
    let refused: string | null = null;
    for (const file of chosen) {
      const wrong = fileFault(file.name, file.size, taken.length);
      const read = wrong === null ? await readChosen(file).catch(() => null) : null;
      taken = read === null ? taken : [...taken, read];
      refused ??= wrong ?? (read === null ? `${file.name}: the file could not be read.` : null);
    }
    setFault(refused);
    onChange(taken);
  };

  const remove = (at: number) => {
    setFault(null);
    onChange(files.filter((_, other) => other !== at));
    document.getElementById(id)?.focus();
  };

  return (
    <Stack space="space.100">
      <div>
        <Label htmlFor={id}>Files (optional)</Label>
        <input
          id={id}
          className="file-input"
          type="file"
          multiple
          accept="image/png,image/jpeg,image/webp,text/*,.log,.txt,.json,.csv,.md"
          aria-describedby={`${id}-about ${id}-fault`}
          onChange={(event) => {
            const input = event.currentTarget;
            void add([...(input.files ?? [])]);
            // So that the same file can be chosen again after it was removed.
            input.value = '';
          }}
        />
        <div id={`${id}-about`}>
          <HelperMessage>
            {`Up to ${FILES_MAX} pictures or plain texts of ${formatBytes(FILE_BYTES_MAX)} each. Pictures lose their metadata, such as where they were taken; texts in pictures are not masked.`}
          </HelperMessage>
        </div>
        <div id={`${id}-fault`} aria-live="polite">
          {fault !== null && <ErrorMessage>{fault}</ErrorMessage>}
        </div>
      </div>
      {files.length > 0 && (
        <ul className="chosen" aria-label="Chosen files">
          {files.map((file, at) => (
            <li key={`${at}-${file.name}`}>
              <span className="any-text">
                {file.name} <span className="subtle">({formatBytes(file.bytes)})</span>
              </span>
              <Button spacing="compact" appearance="subtle" aria-label={`Remove ${file.name}`} onClick={() => remove(at)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
