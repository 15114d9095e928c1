import { describedBy, FieldFrame, type FieldProps } from './FieldFrame';

interface TextAreaProps extends FieldProps {
  readonly rows: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field for several lines, in the look of the fields beside it. */
export function TextArea({ id, label, about, rows, value, fault, isRequired = false, onChange }: TextAreaProps) {
  const field = { id, label, about, fault, isRequired };
  return (
    <FieldFrame {...field}>
      <textarea
        {...describedBy(field)}
        id={id}
        className="text-area"
        rows={rows}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}
