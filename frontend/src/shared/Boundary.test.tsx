import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { draw } from '../testing/draw.tsx';
import { Boundary } from './Boundary.tsx';
import { BrokenPart } from './BrokenPart.tsx';
import { en } from './words/en.ts';

let isBroken = true;

function Fragile() {
  if (isBroken) {
    throw new Error('cannot be drawn');
  }
  return <p>drawn</p>;
}

const part = (place: string) => (
  <Boundary place={place} fallback={(again) => <BrokenPart words={en.notShown} headingLevel="h2" onAgain={again} />}>
    <Fragile />
  </Boundary>
);

afterEach(() => {
  isBroken = true;
  vi.restoreAllMocks();
});

it('a part that cannot be drawn says so, takes the focus, and is drawn again when that is asked for', () => {
  // React tells the console of every fault.
  vi.spyOn(console, 'error').mockReturnValue();
  draw(part('here'));
  expect(screen.getByText('Something on this page could not be shown')).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole('alert'));
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Show it again' }));
  expect(screen.getByText('drawn')).toBeTruthy();
});

it('the fault of one place is not shown at another', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const { rerender } = draw(part('here'));
  isBroken = false;
  rerender(part('there'));
  expect(screen.getByText('drawn')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
