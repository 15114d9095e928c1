import { host } from '#host';
import Button from '@atlaskit/button/default/button';
import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import { Stack } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { useFormat } from '../shared/speech.ts';
import { type ChosenFile, FILE_BYTES_MAX, fileFault, FILES_MAX } from './draft.ts';
import { readChosen } from './files.ts';
import { useReportWords } from './words/words.ts';

interface FilesFieldProps {
  readonly id: string;
  readonly files: readonly ChosenFile[];
  readonly onChange: (files: readonly ChosenFile[]) => void;
}

/** Files to send along. They are read into memory, and what cannot be taken is said at once. */
export function FilesField({ id, files, onChange }: FilesFieldProps) {
  const { describe: words, faults } = useReportWords();
  const format = useFormat();
  const [fault, setFault] = useState<string | null>(null);

  const add = async (chosen: readonly File[]) => {
    let taken = files;
    let refused: string | null = null;
    for (const file of chosen) {
      const wrong = fileFault(file, taken, host.filesBytesMax, faults, format);
      const read = wrong === null ? await readChosen(file).catch(() => null) : null;
      taken = read === null ? taken : [...taken, read];
      refused ??= wrong ?? (read === null ? faults.unreadFile(file.name) : null);
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
        <Label htmlFor={id}>{words.files}</Label>
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
            {words.filesAbout(format.count(FILES_MAX), format.bytes(Math.min(FILE_BYTES_MAX, host.filesBytesMax ?? FILE_BYTES_MAX)))}
            {host.filesBytesMax !== null && ` ${words.filesTogether(format.bytes(host.filesBytesMax))}`}
          </HelperMessage>
        </div>
        <div id={`${id}-fault`} aria-live="polite">
          {fault !== null && <ErrorMessage>{fault}</ErrorMessage>}
        </div>
      </div>
      {files.length > 0 && (
        <ul className="chosen" aria-label={words.chosen}>
          {files.map((file, at) => (
            <li key={`${at}-${file.name}`}>
              <span className="any-text">
                {file.name} <span className="subtle">({format.bytes(file.bytes)})</span>
              </span>
              <Button spacing="compact" appearance="subtle" aria-label={words.removeOf(file.name)} onClick={() => remove(at)}>
                {words.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
