import { useEffect, useState } from 'react';

import { bytesOf } from '../../shared/content.ts';
import type { PreviewItem } from '../../shared/items.ts';

export interface Verified {
  readonly item: PreviewItem;
  /** Whether these are the bytes that the manifest describes. */
  readonly isTrue: boolean;
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function verify(item: PreviewItem): Promise<Verified> {
  const bytes = new Uint8Array(bytesOf(item.content));
  return { item, isTrue: bytes.length === item.bytes && (await sha256(bytes)) === item.sha256 };
}

/** What was sent, each part compared with its description before it is shown. */
export function useVerified(items: readonly PreviewItem[]): readonly Verified[] {
  const [verified, setVerified] = useState<readonly Verified[]>([]);
  useEffect(() => {
    let isGone = false;
    void Promise.all(items.map(verify)).then((all) => isGone || setVerified(all));
    return () => {
      isGone = true;
    };
  }, [items]);
  return verified;
}
