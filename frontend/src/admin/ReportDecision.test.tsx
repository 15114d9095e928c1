import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';

import { draw } from '../testing/draw.tsx';
import { answerWith, problem, standInProduct } from '../testing/product.ts';
import { ReportDecision } from './ReportDecision.tsx';

const REPORT = {
  id: '7',
  number: '7KQX-M2PD',
  state: 'received',
  severity: 'high',
  createdAt: '2026-11-22T10:00:00Z',
  closedAt: null,
  deletedOn: '2027-02-22T10:00:00Z',
  approval: 'waiting',
};

const sent: unknown[] = [];

function decision(answer: () => Response) {
  const onEnd = vi.fn();
  answerWith((path, body) => {
    sent.push([path, JSON.parse(body)]);
    return answer();
  });
  draw(<ReportDecision report={REPORT} onEnd={onEnd} />);
  return onEnd;
}

const done = () => new Response(null, { status: 204 });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

beforeEach(() => {
  sent.length = 0;
  standInProduct();
});

it('a report is approved with one button, which names it', async () => {
  const onEnd = decision(done);
  press('Approve 7KQX-M2PD');
  await waitFor(() => expect(onEnd).toHaveBeenCalledWith('approved'));
  expect(sent).toEqual([['/api/v1/problem-reports/7/decision', { decision: 'approve' }]]);
});

it('a refusal takes a second button, and can be called off before it', async () => {
  const onEnd = decision(done);
  press('Refuse 7KQX-M2PD');
  press('Cancel');
  expect(sent).toEqual([]);
  press('Refuse 7KQX-M2PD');
  fireEvent.change(screen.getByLabelText('Why? (optional)'), { target: { value: ' Ask our own helpdesk. ' } });
  press('Refuse and delete');
  await waitFor(() => expect(onEnd).toHaveBeenCalledWith('refused'));
  expect(sent).toEqual([['/api/v1/problem-reports/7/decision', { decision: 'refuse', reason: 'Ask our own helpdesk.' }]]);
});

it('what could not be decided says so, and stays to be decided', async () => {
  const onEnd = decision(() => problem(503, 'unavailable'));
  press('Approve 7KQX-M2PD');
  expect((await screen.findByRole('alert')).textContent).toContain('The app cannot answer right now');
  expect(onEnd).not.toHaveBeenCalled();
  expect(screen.getByRole('button', { name: 'Approve 7KQX-M2PD' })).toBeTruthy();
});

it('what another administrator has decided meanwhile is over', async () => {
  const onEnd = decision(() => problem(409, 'state_changed'));
  press('Approve 7KQX-M2PD');
  await waitFor(() => expect(onEnd).toHaveBeenCalledWith('changed'));
});
