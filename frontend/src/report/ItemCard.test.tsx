import { fireEvent, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import type { PreviewItem } from '../shared/items.ts';
import { draw } from '../testing/draw.tsx';
import { ItemCard } from './ItemCard.tsx';

const TEXT = 'Mail me at <email-1>.';
const MASKED = { rule: 'email', place: '', count: 1, ranges: [[11, 20] as const] };

const FILE: PreviewItem = {
  name: 'attachment-1',
  class: 'support',
  media: 'text/plain',
  bytes: TEXT.length,
  sha256: 'a',
  masked: [MASKED],
  needsConsent: true,
  maskedLaterAt: null,
  content: btoa(TEXT),
};

function card(item: PreviewItem, isSent: boolean) {
  const onTurn = vi.fn();
  draw(<ItemCard item={item} files={[]} isSent={isSent} onTurn={onTurn} />);
  return onTurn;
}

it('what needs consent is before the eyes, with what is masked in it, and goes only when it is agreed to', () => {
  const onTurn = card(FILE, false);
  expect(screen.getByText('email-1', { exact: false, selector: 'mark' })).toBeTruthy();
  expect(screen.getByText(/1 mail address/)).toBeTruthy();
  fireEvent.click(screen.getByRole('checkbox', { name: /^I agree to send this/ }));
  expect(onTurn).toHaveBeenCalledWith(true);
});

it('what goes unless it is switched off is folded, and can be switched off', () => {
  const onTurn = card({ ...FILE, name: 'browser', needsConsent: false, masked: [] }, true);
  expect(screen.getByText('Show what is in it').closest('details')?.open).toBe(false);
  fireEvent.click(screen.getByRole('checkbox'));
  expect(onTurn).toHaveBeenCalledWith(false);
});

it('what stays here says so', () => {
  card({ ...FILE, needsConsent: false }, false);
  expect(screen.getByText('This stays here: it is not sent.')).toBeTruthy();
});

it('what somebody wrote cannot be left out', () => {
  card({ ...FILE, name: 'report', needsConsent: false }, true);
  expect(screen.queryByRole('checkbox')).toBeNull();
});
