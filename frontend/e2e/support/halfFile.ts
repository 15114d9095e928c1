import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from '@playwright/test';

export interface HalfFile {
  /** Sends this many bytes more, once the file is asked for. */
  readonly send: (bytes: number) => Promise<void>;
  /** Ends the connection in the middle of the file. */
  readonly breakOff: () => Promise<void>;
}

/** A file that comes as the test wants it, and never whole. What browsers do when a connection ends can only be seen with one. */
export async function halfFile(page: Page, path: RegExp, mediaType: string): Promise<HalfFile> {
  const server = createServer();
  const asked = new Promise<ServerResponse>((resolve) => {
    server.once('request', (_, answer) => {
      answer.writeHead(200, { 'content-type': mediaType });
      resolve(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await page.route(path, (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
  return {
    send: async (bytes) => void (await asked).write(Buffer.alloc(bytes)),
    breakOff: async () => {
      (await asked).destroy();
      server.close();
    },
  };
}
