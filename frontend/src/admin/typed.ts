/** What was typed while a form was on its way is not saved yet. */
export function without<Form extends object>(sent: Form, typed: Partial<Form>): Partial<Form> {
  const left = Object.entries(typed).filter(([field, value]) => sent[field as keyof Form] !== value);
  return Object.fromEntries(left) as Partial<Form>;
}
