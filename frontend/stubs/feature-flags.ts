/** Every Atlaskit feature flag is off: the pages show the released look, and ask no flag service. */
export function fg(_name: string): boolean {
  return false;
}

export default fg;
