import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { draw } from '../testing/draw.tsx';
import type { Page } from './page.ts';
import { PagedList } from './PagedList.tsx';
import type { Pages } from './usePages.ts';

const NETWORK = { kind: 'network' } as const;
const FIRST = { items: ['one', 'two'], next: 'more' };
const LAST = { items: ['three'], next: null };

function list(pages: Partial<Pages<Page<string>>>) {
  const whole = { parts: [], arrival: null, isLoading: false, failure: null, restart: vi.fn(), more: vi.fn(), ...pages };
  draw(
    <PagedList pages={whole} what="the letters" empty="No letters." shown={(count, hasMore) => `${count}${hasMore ? ', more' : ''}`}>
      {(items) => <ul>{items.map((item) => <li key={item}>{item}</li>)}</ul>}
    </PagedList>,
  );
  return whole;
}

const texts = () => screen.queryAllByRole('listitem').map((item) => item.textContent);

describe('a list that is loaded in parts', () => {
  it('says what it loads before the first part is there', () => {
    list({ isLoading: true });
    expect(screen.getByLabelText('Loading the letters')).toBeTruthy();
  });

  it('says why the first part did not come, and asks for it again', () => {
    const { restart } = list({ failure: NETWORK });
    expect(screen.getByRole('alert').textContent).toContain('The app could not be reached');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(restart).toHaveBeenCalledOnce();
  });

  it('says that there is nothing, and offers no more of it', () => {
    list({ parts: [{ items: [], next: null }] });
    expect(screen.getByText('No letters.')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('shows what is there, and asks for more', () => {
    const { more } = list({ parts: [FIRST] });
    expect(texts()).toEqual(['one', 'two']);
    expect(screen.getByRole('status').textContent).toBe('2, more');
    fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
    expect(more).toHaveBeenCalledOnce();
  });

  it('has no more to offer after the last part', () => {
    list({ parts: [FIRST, LAST] });
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('keeps what is there when it could not be had anew, and says of when it is', () => {
    const { restart } = list({ parts: [FIRST], arrival: { at: new Date('2026-11-22T10:11:12'), stale: NETWORK } });
    expect(texts()).toEqual(['one', 'two']);
    expect(screen.getByRole('alert').textContent).toContain('The app could not be reached');
    expect(screen.getByText(/^What you see here is as of 10:11:12/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(restart).toHaveBeenCalledOnce();
  });

  it('keeps what is there when more of it did not come', () => {
    list({ parts: [FIRST], failure: NETWORK });
    expect(texts()).toEqual(['one', 'two']);
    expect(screen.getByRole('alert').textContent).toContain('The app could not be reached');
    expect(screen.getByRole('button', { name: 'Show more' })).toBeTruthy();
  });
});
