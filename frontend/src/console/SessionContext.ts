import { createContext, useCallback, useContext } from 'react';

import { isRefusedAs, LoadError } from '../shared/failure.ts';
import type { Permission, Session } from './session.ts';

export interface SignedIn {
  readonly session: Session;
  /** The service no longer knows the session: back to signing in, in the same place. */
  readonly ended: () => void;
  readonly leave: () => Promise<void>;
}

const NOBODY: SignedIn = {
  session: { name: '', role: '', permissions: [], until: '' },
  ended: () => {},
  leave: () => Promise.resolve(),
};

export const SessionContext = createContext<SignedIn>(NOBODY);

export function useSession(): Session {
  return useContext(SessionContext).session;
}

export function useLeave(): () => Promise<void> {
  return useContext(SessionContext).leave;
}

/**
 * Whether whoever is signed in may do something. What they may not do is not even tried: an attempt would be recorded with the
 * customer.
 */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return useCallback((permission) => permissions.includes(permission), [permissions]);
}

/** Passes requests on, and notices when the session has ended. */
export function useGuard(): <Value>(request: Promise<Value>) => Promise<Value> {
  const { ended } = useContext(SessionContext);
  return useCallback(
    async (request) => {
      try {
        return await request;
      } catch (thrown) {
        if (thrown instanceof LoadError && isRefusedAs(thrown.failure, 'unauthenticated')) {
          ended();
        }
        throw thrown;
      }
    },
    [ended],
  );
}
