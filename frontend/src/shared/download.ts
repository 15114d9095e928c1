import { send } from './client.ts';
import { ANSWER_WITHIN_MILLISECONDS, lostConnection } from './failure.ts';
import { fileNameOf } from './fileName.ts';
import { refuse } from './read.ts';

export interface Download {
  readonly name: string;
  readonly content: Blob;
}

/** What is asked for, and what it has to be. */
export interface Wanted {
  readonly path: string;
  readonly mediaType: string;
  /** The name for a file that the service did not name. */
  readonly fallbackName: string;
}

/**
 * Fetches a file whole. It may take as long as it needs while something arrives, but one that stays silent for too
 * long, or breaks off, is thrown as a `LoadError`, so that half a file is never saved.
 */
export async function download(
  wanted: Wanted,
  token: string,
  stop: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<Download> {
  const silence = new SilenceTimer();
  try {
    const signal = AbortSignal.any([stop, silence.signal]);
    const response = await send({ method: 'GET', path: wanted.path }, token, wanted.mediaType, signal);
    if (!response.headers.get('Content-Type')?.startsWith(wanted.mediaType)) {
      refuse();
    }
    const content = await collect(response, (bytes) => {
      silence.restart();
      onProgress(bytes);
    });
    const name = fileNameOf(response.headers.get('Content-Disposition')) ?? wanted.fallbackName;
    return { name, content: new Blob(content, { type: wanted.mediaType }) };
  } finally {
    silence.end();
  }
}

type Chunk = Uint8Array<ArrayBuffer>;

async function collect(response: Response, onProgress: (bytes: number) => void): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const reader = response.body?.getReader() ?? refuse();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(lostConnection);
    if (done) {
      return chunks;
    }
    chunks.push(value);
    bytes += value.byteLength;
    onProgress(bytes);
  }
}

class SilenceTimer {
  readonly #controller = new AbortController();
  #timer = this.#start();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.end();
    this.#timer = this.#start();
  }

  end(): void {
    window.clearTimeout(this.#timer);
  }

  #start(): number {
    return window.setTimeout(() => this.#controller.abort(), ANSWER_WITHIN_MILLISECONDS);
  }
}
