import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';

import { drawInConsole } from '../../testing/draw.tsx';
import { answerWith, problem } from '../../testing/product.ts';
import TenantsPage from './TenantsPage.tsx';

const AT = '2026-11-22T10:00:00Z';
const receipt = (tenant: string) => ({ tenant, number: 0, issuedAt: AT, keptUntil: AT, document: '{}' });
const ERASURES = { brakes: [], underWay: [], pending: [] };

/** Whose receipts there are, by where in the list they stand. */
let receipts: Readonly<Record<string, string>>;

function answer(path: string): Response {
  const { pathname, searchParams } = new URL(path, 'https://example.com');
  switch (pathname.split('/').at(-1)) {
    case 'receipts': {
      const cursor = searchParams.get('cursor') ?? '';
      return Response.json({ items: [receipt(receipts[cursor] ?? '')], nextCursor: cursor === '' ? 'after-first' : null });
    }
    case 'erasures':
      return Response.json(ERASURES);
    default:
      return Response.json({ items: [], nextCursor: null });
  }
}

beforeEach(() => {
  receipts = { '': '41', 'after-first': '40' };
  answerWith(answer);
});

const tenants = () => screen.getAllByRole('button', { name: /^Save: Receipt/ }).map((button) => button.getAttribute('aria-label'));
const hrefOf = (name: string) => screen.getByRole('link', { name }).getAttribute('href');

it('the next page of receipts is a place of its own, and there is a way back to the first', async () => {
  const { unmount } = drawInConsole(<TenantsPage />, { page: 'tenants', query: 'cursor=7' });
  await screen.findByText('1 document, and there are more');
  expect(hrefOf('Next page')).toBe('/console/tenants?cursor=7&receipts=after-first');
  unmount();
  drawInConsole(<TenantsPage />, { page: 'tenants', query: 'receipts=after-first' });
  await screen.findByText('1 document');
  expect(tenants()).toEqual(['Save: Receipt, 40']);
  expect(hrefOf('First page')).toBe('/console/tenants');
});

it('whoever waits for a receipt finds it with a refresh', async () => {
  drawInConsole(<TenantsPage />, { page: 'tenants' });
  await screen.findByRole('button', { name: 'Save: Receipt, 41' });
  receipts = { '': '42' };
  fireEvent.click(screen.getByRole('button', { name: 'Refresh' }));
  expect(await screen.findByRole('button', { name: 'Save: Receipt, 42' })).toBeTruthy();
});

it('a refresh that fails leaves the receipts where they are, and says of when they are', async () => {
  drawInConsole(<TenantsPage />, { page: 'tenants' });
  await screen.findByRole('button', { name: 'Save: Receipt, 41' });
  answerWith((path) => (path.includes('/receipts') ? problem(503, 'unavailable') : answer(path)));
  fireEvent.click(screen.getByRole('button', { name: 'Refresh' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/cannot answer right now.*What you see here is as of/);
  expect(tenants()).toEqual(['Save: Receipt, 41']);
});
