import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { draw } from '../testing/draw.tsx';
import { answerWith, problem, standInProduct } from '../testing/product.ts';
import { DownloadData } from './DownloadHere.tsx';

const KILOBYTE = new Uint8Array(1000);

/** A file that comes when the test lets it. */
function fileInParts() {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
  const headers = { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="data-7.zip"' };
  answerWith(() => new Response(body, { headers }));
  return controller as unknown as ReadableStreamDefaultController<Uint8Array>;
}

const saved: string[] = [];

beforeEach(() => {
  standInProduct();
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function save(this: HTMLAnchorElement) {
    saved.push(this.download);
  });
});

afterEach(() => {
  saved.length = 0;
  vi.restoreAllMocks();
});

const begin = () => fireEvent.click(screen.getByRole('button', { name: 'Download my data' }));

it('a download says that it is prepared, how much has come, and that it is saved', async () => {
  const file = fileInParts();
  draw(<DownloadData />);
  begin();
  expect(screen.getByRole('status').textContent).toBe('Preparing the file');
  file.enqueue(KILOBYTE);
  expect(await screen.findByText('1 kB so far')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('');
  file.enqueue(KILOBYTE);
  expect(await screen.findByText('2 kB so far')).toBeTruthy();
  expect(saved).toEqual([]);
  file.close();
  expect(await screen.findByText('Your browser saves data-7.zip (2 kB).')).toBeTruthy();
  expect(saved).toEqual(['data-7.zip']);
});

it('a download that breaks off is a failure, and half of it is never saved', async () => {
  const file = fileInParts();
  draw(<DownloadData />);
  begin();
  file.enqueue(KILOBYTE);
  await screen.findByText('1 kB so far');
  file.error(new TypeError('the connection is gone'));
  expect((await screen.findByRole('alert')).textContent).toContain('The app could not be reached');
  expect(screen.queryByText('1 kB so far')).toBeNull();
  expect(saved).toEqual([]);
});

it('a download that is refused says why, and can be asked for again', async () => {
  answerWith(() => problem(503, 'unavailable'));
  draw(<DownloadData />);
  begin();
  expect((await screen.findByRole('alert')).textContent).toContain('The app cannot answer right now');
  fileInParts().close();
  begin();
  expect(await screen.findByText(/^Your browser saves/)).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
