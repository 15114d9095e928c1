import { Label } from '@atlaskit/form/label';

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface SelectFieldProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** The browser's own list, which every device has in its best form, in the look of the fields beside it. */
export function SelectField({ id, label, options, value, isDisabled = false, onChange }: SelectFieldProps) {
  // A value that a newer service knows is shown, and can be left as it is.
  const isKnown = options.some((option) => option.value === value);
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <select
        id={id}
        className="select"
        value={value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
